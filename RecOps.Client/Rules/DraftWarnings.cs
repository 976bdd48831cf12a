using RecOps.Client.Hosting;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>What the server finds questionable about the draft as it is edited: rules that never apply, pins that fight.</summary>
internal sealed class DraftWarnings(DraftEditor draft, RulesClient client)
{
    private RuleDocument? _asked;

    public event Action? Changed;

    /// <summary>Of the draft as it was a moment ago.</summary>
    public RuleWarning[] All { get; private set; } = [];

    public RuleWarning[] Of(string ruleId) => [.. All.Where(warning => warning.RuleId == ruleId)];

    /// <summary>Asks unless this draft was asked about before; an answer that comes too late is let go.</summary>
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
