rule fit:
    input:
        spectra=lambda w: [f"{RESULTS}/spectra/{w.sweep}/{w.point}/{run}.nc" for run in runs(w)],
    output:
        f"{RESULTS}/fits/{{sweep}}/{{point}}.nc",
    log:
        f"{RESULTS}/logs/fits/{{sweep}}/{{point}}.log",
    params:
        k_max=lambda w: PLAN.sweeps[w.sweep].fit_k_max or PLAN.fit_k_max,
        fluid=f"--msd-least {PLAN.fluid.msd_least} --psi-6-most {PLAN.fluid.psi_6_most}",
        code=code_digest("anticorr.stages.fit"),
    resources:
        mem_mb=500,
        runtime=10,
    shell:
        "anticorr fit {input} --out {output} --k-max {params.k_max} {params.fluid} > {log} 2>&1"
