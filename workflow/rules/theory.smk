rule predict:
    input:
        spec=lambda w: f"{RESULTS}/specs/{w.sweep}/{w.point}/{seeds(w)[0]}.json",
        fit=f"{RESULTS}/fits/{{sweep}}/{{point}}.nc",
    output:
        f"{RESULTS}/theory/{{sweep}}/{{point}}.nc",
    log:
        f"{RESULTS}/logs/theory/{{sweep}}/{{point}}.log",
    params:
        short=lambda w: short_options(w),
        spec=lambda w: first_spec(w).canonical_json(),
        code=code_digest("anticorr.stages.predict"),
    threads: 1
    resources:
        mem_mb=500,
        runtime=60,
    shell:
        "anticorr predict {input.spec} --spectrum {input.fit} --out {output} {params.short}"
        " --threads {threads} > {log} 2>&1"
