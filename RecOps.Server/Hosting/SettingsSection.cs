using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using RecOps.Serving.Caching;

namespace RecOps.Server.Hosting;

/// <summary>A section whose settings are the properties of a class, checked by the class's attributes.</summary>
internal sealed class SettingsSection<T>(string name) : ISettingsSection
    where T : class, new()
{
    private static readonly PropertyInfo[] Properties = [.. typeof(T).GetProperties().Where(property => property.CanWrite)];

    public string Name => name;

    public IReadOnlyCollection<string> Settings { get; } = [.. Properties.Select(property => property.Name)];

    public IEnumerable<string> Failures(IConfiguration configuration)
    {
        var failures = new List<string>();
        Read(configuration, name, failures);
        return failures;
    }

    /// <param name="failures">Gets what is wrong; each setting it names keeps its default.</param>
    public static T Read(IConfiguration configuration, string name, List<string> failures)
    {
        var options = new T();
        foreach (PropertyInfo property in Properties)
        {
            IConfigurationSection setting = configuration.GetSection($"{name}:{property.Name}");
            if (!setting.Exists() || IsUnset(options, property, setting))
                continue;
            if (ShapeProblem(property.PropertyType, setting) is { } problem)
            {
                failures.Add(problem);
                continue;
            }

            try
            {
                property.SetValue(options, setting.Get(property.PropertyType));
            }
            catch (InvalidOperationException)
            {
                failures.Add($"{setting.Path} is '{setting.Value}': must be {Describe(property.PropertyType)}.");
            }
        }

        // An object's own checks run only when its attributes are satisfied: so once more, with defaults in place of what was wrong.
        for (int round = 0; round < 2; round++)
        {
            var results = new List<ValidationResult>();
            if (Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true))
                break;
            failures.AddRange(results.SelectMany(result => result.MemberNames.Select(member => Explain(name, options, member, result))));
            var defaults = new T();
            foreach (PropertyInfo property in Properties.Where(each => results.Exists(result => result.MemberNames.Contains(each.Name))))
                property.SetValue(options, property.GetValue(defaults));
        }

        return options;
    }

    /// <summary>Environment variables have no null: an empty value of a setting whose default is null means the default.</summary>
    public static void Unset(T options, IConfiguration configuration, string name)
    {
        var defaults = new T();
        foreach (PropertyInfo property in Properties)
        {
            if (IsUnset(defaults, property, configuration.GetSection($"{name}:{property.Name}")))
                property.SetValue(options, null);
        }
    }

    private static bool IsUnset(T defaults, PropertyInfo property, IConfigurationSection setting) =>
        setting.Value is { Length: 0 } && !setting.GetChildren().Any() && property.GetValue(defaults) is null;

    /// <summary>A list given as one value, or a value given as a list: the framework would pass over either.</summary>
    private static string? ShapeProblem(Type type, IConfigurationSection setting)
    {
        bool isList = type.IsArray;
        bool hasParts = setting.GetChildren().Any();
        if (isList && !hasParts && setting.Value is { } text)
            return $"{setting.Path} is '{text}': must be a list, each entry with its number, such as {setting.Path}:0.";
        bool isPlain = type.IsValueType || type == typeof(string);
        return isPlain && hasParts
            ? $"{setting.Path}:{setting.GetChildren().First().Key} does not exist: {setting.Path} is {Describe(type)}."
            : null;
    }

    private static string Describe(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) switch
        {
            var t when t == typeof(bool) => "true or false",
            var t when t == typeof(int) || t == typeof(long) => "a whole number",
            var t when t == typeof(double) => "a number",
            var t when t == typeof(string) => "a text",
            var t when t == typeof(Duration) => "a duration, such as 00:05:00 or 300 for seconds",
            var t => $"a value of type {t.Name}",
        };

    private static string Explain(string name, T options, string member, ValidationResult result)
    {
        object? value = typeof(T).GetProperty(member)?.GetValue(options);
        string what = (result.ErrorMessage ?? "is not valid.")
            .Replace($"The field {member} ", "", StringComparison.Ordinal)
            .Replace($"The {member} field ", "", StringComparison.Ordinal);
        string shown = value is string[] list ? string.Join(", ", list) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return $"{name}:{member} is '{shown}': {what}";
    }
}
