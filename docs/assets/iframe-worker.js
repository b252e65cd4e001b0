// A Worker made of a hidden frame, for pages opened from disk: browsers start no worker from file://.
// The frame loads the script beside stand-ins for what a worker has: postMessage and importScripts.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      window.addEventListener("message", (event) => {
        if (event.source !== this.frame.contentWindow) return;
        const told = new MessageEvent("message", { data: event.data });
        this.dispatchEvent(told);
        if (this.onmessage) this.onmessage(told);
      });
      this.ready = new Promise((loaded) => this.frame.addEventListener("load", loaded, { once: true }));
      const page = this.frame.contentDocument;
      page.open();
      page.write(`<!doctype html><body><script>
        postMessage = (data) => parent.postMessage(data, "*");
        importScripts = (...addresses) => addresses.reduce((before, address) => before.then(() => new Promise((loaded, failed) => {
          const script = document.createElement("script");
          script.src = new URL(address, "${new URL(address, location)}");
          script.onload = loaded;
          script.onerror = failed;
          document.body.append(script);
        })), Promise.resolve());
      <\/script><script src="${new URL(address, location)}"><\/script></body>`);
      page.close();
    }
    postMessage(data) {
      // Not by the frame's postMessage, which is that of the worker.
      this.ready.then(() => this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data })));
    }
    terminate() {
      this.frame.remove();
    }
  };
}
