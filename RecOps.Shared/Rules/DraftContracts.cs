namespace RecOps.Shared.Rules;

/// <summary>The rules as they are being edited.</summary>
/// <param name="Revision">Also the answer's ETag; send it back in If-Match.</param>
/// <param name="ChangedBy">Empty when they were never changed.</param>
/// <param name="PublishedVersion">0 when none were ever published.</param>
public sealed record RuleDraftInfo(RuleDocument Document, int Revision, string ChangedBy, DateTimeOffset? ChangedAt, int PublishedVersion);

/// <summary>An error in the rules.</summary>
/// <param name="Path">Where: <c>rules[3].then.position</c>; in a CSV <c>row 4, position</c>.</param>
public sealed record RuleError(string Path, string Message);

/// <summary>Something that is allowed but probably a mistake.</summary>
/// <param name="Kind">One of <see cref="RuleWarningKind"/>.</param>
/// <param name="RuleId">Empty when it is about all rules together.</param>
/// <param name="OtherIds">The other rules involved.</param>
public sealed record RuleWarning(string Kind, string RuleId, string Message, string[] OtherIds);

/// <summary>Values of <see cref="RuleWarning.Kind"/>.</summary>
public static class RuleWarningKind
{
    /// <summary>It can never have an effect.</summary>
    public const string NeverApplies = "neverApplies";

    /// <summary>Another rule already does the same, or removes the items that it is about.</summary>
    public const string Shadowed = "shadowed";

    /// <summary>Two pins want the same place.</summary>
    public const string PinsCollide = "pinsCollide";

    /// <summary>It names something that is not in the catalogue.</summary>
    public const string Unknown = "unknown";

    /// <summary>Fewer items are left than a list has places.</summary>
    public const string TooFewLeft = "tooFewLeft";
}

/// <param name="Errors">Empty when the rules can be published.</param>
public sealed record RuleValidation(RuleError[] Errors, RuleWarning[] Warnings);

/// <summary>Rules to import from a file.</summary>
public sealed record RuleImportRequest
{
    /// <summary>json or csv.</summary>
    public string? Format { get; init; }

    public string? Text { get; init; }
}

/// <param name="Document">What was read; null when there are errors. Nothing is saved.</param>
public sealed record RuleImportResult(RuleDocument? Document, RuleError[] Errors);

/// <summary>The items that a selection matches.</summary>
/// <param name="Count">Items of the catalogue.</param>
/// <param name="InStock">Of these.</param>
/// <param name="Sample">The most popular of them.</param>
public sealed record RuleMatches(int Count, int InStock, Catalog.ItemDetails[] Sample, RuleError[] Errors);

/// <summary>When a schedule is on.</summary>
public sealed record RuleWindow(DateTimeOffset From, DateTimeOffset To);

/// <param name="Windows">The next ones, in order.</param>
public sealed record RuleWindows(RuleWindow[] Windows, bool IsOnNow, RuleError[] Errors);
