"""The folder of one inspection: paths, whole files on disk, and others who may see them.

In: a folder. Out: paths, digests, the files of ``templates/``, letter records; whole files on disk.
It never interprets a data file.
"""
