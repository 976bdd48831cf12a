using RecOps.Client.Hosting;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>The server's warnings about the draft being edited: rules that never apply, pins that conflict.</summary>
internal sealed class DraftWarnings(DraftEditor draft, RulesClient client)
{
    private RuleDocument? _asked;

    public event Action? Changed;

    /// <summary>Warnings about a slightly older state of the draft.</summary>
    public RuleWarning[] All { get; private set; } = [];

    public RuleWarning[] Of(string ruleId) => [.. All.Where(warning => warning.RuleId == ruleId)];

    /// <summary>Asks unless this draft was checked before; an answer that arrives too late is dropped.</summary>
    public async Task LookAsync()
    {
        if (ReferenceEquals(_asked, draft.Document) || draft.Status is DraftStatus.Loading)
            return;

        RuleDocument document = _asked = draft.Document;
        ApiResult<RuleValidation> answer = await client.ValidateAsync(document);
        if (!answer.Succeeded || !ReferenceEquals(document, draft.Document))
            return;

        All = answer.Value.Warnings;
        Changed?.Invoke();
    }
}
