(tell) => {
  // A form says what is in it while it is sent. It is listened to, and nothing is changed.
  addEventListener("formdata", (event) => {
    const form = event.target;
    const fields = [...event.formData].map(([name, value]) =>
      typeof value === "string" ? { name, text: value } : { name, file: value.name });
    const url = new URL(form.getAttribute("action") || "", document.baseURI);
    url.hash = "";
    tell(JSON.stringify({ url: url.href, fields }));
  });
}
