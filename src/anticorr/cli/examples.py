"""What stands below the help of the whole command, and of `completion`."""

EXAMPLES = """\
examples:
  a run, from its spec to a table of claims (README.md)
    anticorr simulate spec.yaml --out traj.nc
    anticorr measure traj.nc --out spectrum.nc
    anticorr fit spectrum.nc --out fit.nc
    anticorr predict spec.yaml --spectrum spectrum.nc --out theory.nc
    anticorr claims fit.nc theory.nc --out claims.csv --out claims.html
    anticorr figure approach fit.nc theory.nc --out approach.pdf
    anticorr movie traj.nc --out movie.mp4
    anticorr export traj.nc --out traj.gsd
    anticorr describe fit.nc
  its energies; networks; theories beside it
    anticorr landscape spec.yaml --seeds 8 --out landscape.nc
    anticorr train docs/training.yaml --out training.nc
    anticorr companion docs/companion.yaml --out companion.nc
  a scale, in the folder of the clone (docs/workflow.md)
    anticorr plan config/smoke.yaml
    anticorr make config/smoke.yaml
    anticorr report config/smoke.yaml
    anticorr explore results/
    anticorr archive config/smoke.yaml --out bundle.zip
    anticorr verify bundle.zip
    anticorr estimate config/paper.yaml
  this machine, this shell
    anticorr doctor
    anticorr completion bash
"""

INSTALL = """\
to install, for new shells (of a virtual environment: while it is active):
  bash  anticorr completion bash > ~/.local/share/bash-completion/completions/anticorr
        (with the package bash-completion; without it, in ~/.bashrc: source <(anticorr completion bash))
  zsh   anticorr completion zsh > FOLDER/_anticorr, with fpath=(FOLDER $fpath) before compinit in ~/.zshrc
  tcsh  anticorr completion tcsh > ~/.anticorr.tcsh, with source ~/.anticorr.tcsh in ~/.tcshrc
for this shell alone:
  bash  source <(anticorr completion bash)
"""
