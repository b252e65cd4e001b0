rule fit:
    input:
        lambda w: GRAPH.folder("spectrum", w.sweep, w.state),
    output:
        f"{RESULTS}/fits/{{sweep}}/{{state}}.nc",
    log:
        f"{RESULTS}/logs/fit/{{sweep}}/{{state}}.log",
    cache: True
    resources:
        mem_mb=memory(costs.fit(1)),
        runtime=minutes(costs.fit(1)),
    params:
        within=lambda w: GRAPH.within(w.sweep, w.state),
        k_max=lambda w: PLAN.sweeps[w.sweep].fit_k_max or PLAN.fit_k_max,
        fluid=f"--msd-least {PLAN.fluid.msd_least} --psi-6-most {PLAN.fluid.psi_6_most}",
        code=code_digest("anticorr.stages.fit"),
    shell:
        "anticorr fit {input}{params.within} --out {output} --k-max {params.k_max} {params.fluid}"
        " > {log} 2>&1"
