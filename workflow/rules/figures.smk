rule figure:
    input:
        fits=lambda w: expand(
            f"{RESULTS}/fits/{{point}}.nc", point=points_of(PLAN.figures[w.name].sweep)
        ),
        theory=lambda w: expand(
            f"{RESULTS}/theory/{{point}}.nc", point=points_of(PLAN.figures[w.name].sweep)
        ),
        snapshots=lambda w: expand(
            f"{RESULTS}/trajectories/{PLAN.figures[w.name].sweep}/{{point}}/{SEEDS[0]}.nc",
            point=PLAN.figures[w.name].snapshots,
        ),
    output:
        pdf=report(f"{RESULTS}/figures/{{name}}.pdf", caption="../report/figure.rst"),
        png=f"{RESULTS}/figures/{{name}}.png",
    log:
        f"{RESULTS}/logs/figures/{{name}}.log",
    params:
        draw=lambda w: PLAN.figures[w.name].draw,
        code=lambda w: code_digest(
            f"anticorr.figures.{sweeps.FIGURES[PLAN.figures[w.name].draw]}"
        ),
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "anticorr figure {params.draw} {input.fits} {input.theory} {input.snapshots}"
        " --out {output.pdf} --out {output.png} > {log} 2>&1"


rule claims:
    input:
        fits=expand(f"{RESULTS}/fits/{{point}}.nc", point=POINTS),
        theory=expand(f"{RESULTS}/theory/{{point}}.nc", point=POINTS),
        lattice=expand(
            f"{RESULTS}/spectra/{{point}}/lattice.nc", point=POINTS if PLAN.lattice_start else []
        ),
    output:
        csv=f"{RESULTS}/claims/claims.csv",
        md=report(f"{RESULTS}/claims/claims.md", caption="../report/claims.rst"),
    log:
        f"{RESULTS}/logs/claims/claims.log",
    params:
        fluid=f"--msd-least {PLAN.fluid.msd_least} --psi-6-most {PLAN.fluid.psi_6_most}",
        code=code_digest("anticorr.figures.claims"),
    resources:
        mem_mb=500,
        runtime=10,
    shell:
        "anticorr claims {input.fits} {input.theory} {input.lattice} {params.fluid}"
        " --out {output.csv} --out {output.md} > {log} 2>&1"
