using MudBlazor;
using RecOps.Client.Shell;

namespace RecOps.Client.Security;

/// <summary>The session, and the pages for people, keys and the audit log.</summary>
internal static class SecurityServices
{
    public static IServiceCollection AddSecurity(this IServiceCollection services) =>
        services
            .AddPage(new("Audit log", "who did what", "audit", Icons.Material.Outlined.History, viewer => viewer.MayAct))
            .AddPage(new("People", "roles, passwords", "people", Icons.Material.Outlined.Group, viewer => viewer.MayAdminister))
            .AddPage(new("API keys", "scopes, limits", "keys", Icons.Material.Outlined.Key, viewer => viewer.MayAdminister))
            .AddFramePart<PasswordBanner>(FramePlace.Banner)
            .AddFramePart<AccountMenu>(FramePlace.Account)
            .AddScoped<SecurityClient>()
            .AddScoped<SessionState>()
            .AddScoped<IViewer>(provider => provider.GetRequiredService<SessionState>());
}
