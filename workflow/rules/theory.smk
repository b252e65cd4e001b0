rule predict:
    input:
        spec=f"{RESULTS}/specs/{{sweep}}/{{point}}/{SEEDS[0]}.json",
        spectrum=f"{RESULTS}/spectra/{{sweep}}/{{point}}/{SEEDS[0]}.nc",
        short=expand(
            f"{RESULTS}/trajectories/{{{{sweep}}}}/{{{{point}}}}/{{run}}.nc",
            run=["low", "mid", "high"],
        ),
    output:
        f"{RESULTS}/theory/{{sweep}}/{{point}}.nc",
    log:
        f"{RESULTS}/logs/theory/{{sweep}}/{{point}}.log",
    params:
        code=code_digest("anticorr.stages.predict"),
    resources:
        mem_mb=500,
        runtime=10,
    shell:
        "anticorr predict {input.spec} --trajectories {input.short}"
        " --spectrum {input.spectrum} --out {output} > {log} 2>&1"
