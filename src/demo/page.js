function jsfcljs(form, parameters) {
  for (const [name, value] of Object.entries(parameters)) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.appendChild(input);
  }
  form.submit();
}
function fillLater(id, address) {
  window.addEventListener("load", async () => {
    const answer = await fetch(address, { credentials: "same-origin" });
    document.getElementById(id).innerHTML = await answer.text();
  });
}
