namespace RecOps.Serving.Validation;

/// <summary>Mistakes in an input, by field. Costs nothing while there are none.</summary>
internal struct FieldErrors
{
    private Dictionary<string, string[]>? _errors;

    public readonly bool Any => _errors is not null;

    public readonly Dictionary<string, string[]> ByField => _errors ?? [];

    /// <param name="field">In the caller's notation: camelCase, with indexes in brackets.</param>
    public void Add(string field, string message)
    {
        _errors ??= new Dictionary<string, string[]>(StringComparer.Ordinal);
        _errors[field] = _errors.TryGetValue(field, out string[]? before) ? [.. before, message] : [message];
    }
}
