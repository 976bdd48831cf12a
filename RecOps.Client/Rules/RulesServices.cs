using MudBlazor;
using RecOps.Client.Shell;

namespace RecOps.Client.Rules;

/// <summary>Rules: their pages, and the banner that says when shoppers do not get them.</summary>
internal static class RulesServices
{
    public static IServiceCollection AddRules(this IServiceCollection services) =>
        services
            .AddPage(new("Rules", "boost, bury, pin, block, switch off", "rules", Icons.Material.Outlined.Rule))
            .AddPage(new("Rule versions", "publish, restore, compare", "rules/versions"))
            .AddFramePart<RulesBanner>(FramePlace.Banner)
            .AddScoped<DraftEditor>()
            .AddScoped<DraftWarnings>()
            .AddScoped<IPaletteSource, RulePalette>()
            .AddScoped<RulesClient>()
            .AddScoped<RulesWatch>();
}
