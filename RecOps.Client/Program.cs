using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using RecOps.Client;
using RecOps.Client.Shell;

WebAssemblyHostBuilder builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<App>("#app");
builder.RootComponents.Add<HeadOutlet>("head::after");
builder.Services.AddConsole(new Uri(builder.HostEnvironment.BaseAddress));

WebAssemblyHost host = builder.Build();
await host.Services.GetRequiredService<ThemePreference>().LoadAsync();
await host.Services.GetRequiredService<ZonePreference>().LoadAsync();
await host.RunAsync();
