using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RecOps.Serving.Batching;
using RecOps.Serving.Caching;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Validation;

namespace RecOps.Serving.Engine;

/// <summary>Settings of an engine, and what it uses of its host. Everything has a default.</summary>
public sealed class EngineOptions
{
    public ServingOptions Serving { get; init; } = new();

    public SloOptions Slo { get; init; } = new();

    public BatchingOptions Batching { get; init; } = new();

    public RetrievalOptions Retrieval { get; init; } = new();

    public InferenceOptions Inference { get; init; } = new();

    public CachingOptions Caching { get; init; } = new();

    /// <summary>
    /// Users whose recent events are kept, 1 or more; beyond it, the least recently active user is evicted. Default 200,000.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int MaxUsers { get; init; } = 200_000;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    internal void Verify()
    {
        var errors = new FieldErrors();
        (string Name, object Part)[] parts =
        [
            ("", this),
            ("Serving:", Serving),
            ("Slo:", Slo),
            ("Batching:", Batching),
            ("Retrieval:", Retrieval),
            ("Inference:", Inference),
            ("Caching:", Caching),
        ];
        foreach ((string name, object part) in parts)
        {
            var found = new List<ValidationResult>();
            if (Validator.TryValidateObject(part, new ValidationContext(part), found, validateAllProperties: true))
                continue;
            foreach (ValidationResult wrong in found)
                errors.Add(name + string.Join(", ", wrong.MemberNames), Explain(part, wrong));
        }

        if (errors.Any)
            throw new InvalidInputException(errors.ByField);
    }

    private static string Explain(object part, ValidationResult wrong)
    {
        string why = wrong.ErrorMessage ?? "It is out of range.";
        object? value = wrong.MemberNames.FirstOrDefault() is { } member ? part.GetType().GetProperty(member)?.GetValue(part) : null;
        return value is null or System.Collections.ICollection ? why : string.Create(CultureInfo.InvariantCulture, $"It is {value}. {why}");
    }
}
