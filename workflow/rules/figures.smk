rule figure:
    input:
        shown,
    output:
        pdf=report(f"{RESULTS}/figures/{{name}}.pdf", caption="../report/figure.rst"),
        png=f"{RESULTS}/figures/{{name}}.png",
    log:
        f"{RESULTS}/logs/figures/{{name}}.log",
    params:
        draw=lambda w: PLAN.figures[w.name].draw,
        code=lambda w: code_digest(
            f"anticorr.figures.{scale.FIGURES[PLAN.figures[w.name].draw]}"
        ),
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "anticorr figure {params.draw} {input} --out {output.pdf} --out {output.png} > {log} 2>&1"


rule scale:
    output:
        f"{RESULTS}/specs/scale.json",
    log:
        f"{RESULTS}/logs/specs/scale.log",
    params:
        # A date or the like, where every state replaces it, is text here.
        scale=json.dumps(SCALE, default=str, skipkeys=True),
    localrule: True
    shell:
        "printf '%s\\n' {params.scale:q} > {output} 2> {log}"


rule claims:
    input:
        records=[record for sweep in PLAN.sweeps for record in last_records(sweep)]
        + training_records(PLAN.trainings),
        scale=rules.scale.output,
    output:
        csv=f"{RESULTS}/claims/claims.csv",
        md=report(f"{RESULTS}/claims/claims.md", caption="../report/claims.rst"),
        html=f"{RESULTS}/claims/claims.html",
    log:
        f"{RESULTS}/logs/claims/claims.log",
    params:
        code=code_digest("anticorr.figures.claims"),
    resources:
        mem_mb=500,
        runtime=10,
    shell:
        "anticorr claims {input.records} --config {input.scale} --out {output.csv} --out {output.md} --out {output.html} > {log} 2>&1"
