namespace RecOps.Serving.Validation;

/// <summary>What is wrong with an input, by field. Costs nothing while nothing is.</summary>
internal struct FieldErrors
{
    private Dictionary<string, string[]>? _errors;

    public readonly bool Any => _errors is not null;

    public readonly Dictionary<string, string[]> ByField => _errors ?? [];

    /// <param name="field">As the caller wrote it: camelCase, with indexes in brackets.</param>
    public void Add(string field, string message)
    {
        _errors ??= new Dictionary<string, string[]>(StringComparer.Ordinal);
        _errors[field] = _errors.TryGetValue(field, out string[]? before) ? [.. before, message] : [message];
    }
}
