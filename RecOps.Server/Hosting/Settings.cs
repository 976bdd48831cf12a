using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RecOps.Serving.Validation;

namespace RecOps.Server.Hosting;

/// <summary>Checks settings before the server starts.</summary>
internal interface ISettingsCheck
{
    /// <summary>Everything wrong with them, each with the setting's name, its value and what it must be.</summary>
    IEnumerable<string> Failures(IConfiguration configuration);
}

/// <summary>A section of the settings.</summary>
internal interface ISettingsSection : ISettingsCheck
{
    /// <summary>Its name, such as Caching.</summary>
    string Name { get; }

    /// <summary>Names of its settings.</summary>
    IReadOnlyCollection<string> Settings { get; }
}

/// <summary>The settings that make it impossible to start.</summary>
internal sealed class SettingsException(IReadOnlyList<string> failures)
    : Exception($"Invalid settings:{string.Concat(failures.Select(failure => $"\n  {failure}"))}")
{
    public IReadOnlyList<string> Failures { get; } = failures;
}

/// <summary>
/// Checks all sections at start and reports every failure at once. The framework's own validation stops at the first value that cannot be
/// converted.
/// </summary>
internal sealed class SettingsValidator(
    IEnumerable<ISettingsCheck> checks,
    IEnumerable<ISettingsSection> sections,
    IConfiguration configuration
) : IStartupValidator
{
    /// <summary>Letters of a section's name below which other programs' names are near by chance: SLA_TARGET is not our Slo:Target.</summary>
    private const int LongestAbbreviation = 4;

    private const string ConnectionStrings = "ConnectionStrings";
    private static readonly string[] ConnectionNames = ["Database", "Redis"];

    /// <exception cref="SettingsException">Something is wrong.</exception>
    public void Validate()
    {
        string[] failures =
        [
            .. checks.SelectMany(check => check.Failures(configuration)),
            .. sections.SelectMany(section => section.Failures(configuration)),
            .. sections.SelectMany(Unknown),
            .. UnknownSections(),
        ];
        if (failures.Length > 0)
            throw new SettingsException(failures);
    }

    /// <summary>Settings that a section does not have: a misspelt one would be the default without a word.</summary>
    private IEnumerable<string> Unknown(ISettingsSection section) =>
        from setting in configuration.GetSection(section.Name).GetChildren()
        let path = $"{section.Name}:{setting.Key}"
        where !section.Settings.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)
        select UnknownName.Describe("setting", path, [.. section.Settings.Select(known => $"{section.Name}:{known}")]);

    /// <summary>
    /// Sections and connection strings that are ours, misspelt: their name is near one of ours, and a section has a setting that ours has.
    /// All others belong to the framework, or are environment variables of another program, as are all neighbours of an abbreviation.
    /// </summary>
    private IEnumerable<string> UnknownSections()
    {
        Dictionary<string, string[]> settings = sections
            .GroupBy(section => section.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(
                same => same.Key,
                same => same.SelectMany(section => section.Settings).ToArray(),
                StringComparer.OrdinalIgnoreCase
            );
        var misspelt =
            from found in configuration.GetChildren()
            where !settings.ContainsKey(found.Key)
            let meant = UnknownName.Nearest(found.Key, settings.Keys)
            where meant is { Length: > LongestAbbreviation }
            where found.GetChildren().Any(setting => settings[meant].Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
            select UnknownName.Describe("section", found.Key, settings.Keys);
        var connections =
            from found in configuration.GetSection(ConnectionStrings).GetChildren()
            where !ConnectionNames.Contains(found.Key, StringComparer.OrdinalIgnoreCase)
            where UnknownName.Nearest(found.Key, ConnectionNames) is not null
            select UnknownName.Describe(
                "setting",
                $"{ConnectionStrings}:{found.Key}",
                [.. ConnectionNames.Select(name => $"{ConnectionStrings}:{name}")]
            );
        return misspelt.Concat(connections);
    }
}

internal static class SettingsExtensions
{
    /// <summary>Binds a section to its options and validates it at start by the options' attributes.</summary>
    public static IServiceCollection AddSettings<T>(this IServiceCollection services, string section)
        where T : class, new()
    {
        services
            .AddOptions<T>()
            .BindConfiguration(section)
            .PostConfigure<IConfiguration>((options, configuration) => SettingsSection<T>.Unset(options, configuration, section));
        services.AddSingleton<ISettingsSection>(new SettingsSection<T>(section));
        services.Replace(ServiceDescriptor.Singleton<IStartupValidator, SettingsValidator>());
        return services;
    }

    /// <summary>A section before the settings are checked: a value that cannot be used is the default, and reported later.</summary>
    public static T GetUsable<T>(this IConfiguration configuration, string section)
        where T : class, new() => SettingsSection<T>.Read(configuration, section, []);
}
