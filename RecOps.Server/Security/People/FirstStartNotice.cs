using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting;
using RecOps.Server.Security.Keys;

namespace RecOps.Server.Security.People;

/// <summary>Shows the generated secrets to the person who started the server.</summary>
internal sealed class FirstStartNotice(IServer server, IHostApplicationLifetime lifetime, IOptions<HostingOptions> hosting)
{
    /// <summary>Where it is written: not to the log.</summary>
    public TextWriter Output { get; set; } = Console.Out;

    /// <param name="password">Null when it was not generated.</param>
    /// <param name="key">Null when it was not generated.</param>
    /// <param name="link">For an administrator locked out by others who try the name; null at first.</param>
    public void Show(string? password, string? key, string? link) =>
        lifetime.ApplicationStarted.Register(() =>
        {
            string address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() + hosting.Value.PathBase;
            string[] lines =
            [
                "",
                "  ┌ Shown once and stored nowhere else",
                .. password is null
                    ? Array.Empty<string>()
                    : [$"  │ Console   {address}", $"  │           user {Bootstrap.AdminName}, password {password}"],
                .. link is null
                    ? Array.Empty<string>()
                    :
                    [
                        "  │ If wrong passwords by others keep the name locked, open this link first. It works for one hour:",
                        $"  │           {address}{link}",
                    ],
                .. key is null
                    ? Array.Empty<string>()
                    : [$"  │ API       curl -H \"{StorefrontGate.Header}: {key}\" \"{address}/v1/recommendations/u-000003\""],
                "  └ Change the password and manage API keys in the console.",
                "",
            ];
            Output.WriteLine(string.Join(Environment.NewLine, lines));
        });
}
