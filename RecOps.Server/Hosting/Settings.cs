using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RecOps.Serving.Caching;
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
    /// <exception cref="SettingsException">Something is wrong.</exception>
    public void Validate()
    {
        string[] failures =
        [
            .. checks.SelectMany(check => check.Failures(configuration)),
            .. sections.SelectMany(section => section.Failures(configuration)),
            .. sections.SelectMany(Unknown),
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
}

internal static class SettingsExtensions
{
    /// <summary>Binds a section to its options and validates it at start by the options' attributes.</summary>
    public static IServiceCollection AddSettings<T>(this IServiceCollection services, string section)
        where T : class, new()
    {
        services.AddOptions<T>().BindConfiguration(section);
        services.AddSingleton<ISettingsSection>(new Section<T>(section));
        services.Replace(ServiceDescriptor.Singleton<IStartupValidator, SettingsValidator>());
        return services;
    }

    private sealed class Section<T>(string name) : ISettingsSection
        where T : class, new()
    {
        private static readonly PropertyInfo[] Properties = [.. typeof(T).GetProperties().Where(property => property.CanWrite)];

        public string Name => name;

        public IReadOnlyCollection<string> Settings { get; } = [.. Properties.Select(property => property.Name)];

        public IEnumerable<string> Failures(IConfiguration configuration)
        {
            var options = new T();
            var failures = new List<string>();
            foreach (PropertyInfo property in Properties)
            {
                IConfigurationSection setting = configuration.GetSection($"{name}:{property.Name}");
                if (!setting.Exists())
                    continue;
                try
                {
                    property.SetValue(options, setting.Get(property.PropertyType));
                }
                catch (InvalidOperationException)
                {
                    failures.Add($"{name}:{property.Name} is '{setting.Value}': must be {Describe(property.PropertyType)}.");
                }
            }

            var results = new List<ValidationResult>();
            Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
            failures.AddRange(results.SelectMany(result => result.MemberNames.Select(member => Explain(options, member, result))));
            return failures;
        }

        private static string Describe(Type type) =>
            (Nullable.GetUnderlyingType(type) ?? type) switch
            {
                var t when t == typeof(bool) => "true or false",
                var t when t == typeof(int) || t == typeof(long) => "a whole number",
                var t when t == typeof(double) => "a number",
                var t when t == typeof(Duration) => "a duration, such as 00:05:00 or 300 for seconds",
                var t => $"a value of type {t.Name}",
            };

        private string Explain(T options, string member, ValidationResult result)
        {
            object? value = typeof(T).GetProperty(member)?.GetValue(options);
            string what = (result.ErrorMessage ?? "is not valid.")
                .Replace($"The field {member} ", "", StringComparison.Ordinal)
                .Replace($"The {member} field ", "", StringComparison.Ordinal);
            string shown = value is string[] list ? string.Join(", ", list) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            return $"{name}:{member} is '{shown}': {what}";
        }
    }
}
