"""``python -m hmic_letters`` is the command ``hmic-letters``."""

from hmic_letters.cli.main import main

if __name__ == "__main__":
    main(prog_name="hmic-letters")
