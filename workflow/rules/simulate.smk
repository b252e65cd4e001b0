rule spec:
    output:
        f"{RESULTS}/specs/{{sweep}}/{{point}}/{{run}}.json",
    log:
        f"{RESULTS}/logs/specs/{{sweep}}/{{point}}/{{run}}.log",
    params:
        spec=lambda w: SPECS[address(w)].canonical_json(),
    localrule: True
    shell:
        "printf '%s\\n' {params.spec:q} > {output} 2> {log}"


rule simulate:
    input:
        f"{RESULTS}/specs/{{sweep}}/{{point}}/{{run}}.json",
    output:
        f"{RESULTS}/trajectories/{{sweep}}/{{point}}/{{run}}.nc",
    log:
        f"{RESULTS}/logs/trajectories/{{sweep}}/{{point}}/{{run}}.log",
    params:
        spec=lambda w: SPECS[address(w)].canonical_json(),
        code=lambda w: code_digest(*SPECS[address(w)].stages),
    threads: 1
    resources:
        mem_mb=lambda w: memory_of(SPECS[address(w)]),
        runtime=240,
    # A job that was killed goes on from its checkpoint, unless spec or code have changed since.
    shell:
        "anticorr simulate {input} --out {output} --threads {threads} --resume --discard-stale"
        " > {log} 2>&1"
