"""The folder of one inspection: where its files are, how they are written, who else sees them.

In: a folder. Out: paths, digests, the files of ``templates/``, letter records; whole files on disk.
It never reads what a data file says.
"""
