namespace RecOps.Serving.Validation;

/// <summary>The engine was given invalid input. Nothing was changed.</summary>
public sealed class InvalidInputException : ArgumentException
{
    internal InvalidInputException(IReadOnlyDictionary<string, string[]> errors)
        : base(string.Join(' ', errors.SelectMany(error => error.Value.Select(message => $"{error.Key}: {message}")))) => Errors = errors;

    /// <summary>The mistakes, by field as in JSON: camelCase, with indexes in brackets.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; }
}
