using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using RecOps.Client.Hosting;
using RecOps.Client.Security;
using RecOps.Client.Shell;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>
/// What was published, what differs between any two versions, and how to restore one. The two versions are in the page's address.
/// </summary>
public sealed partial class VersionsPage : ComponentBase
{
    private readonly Dictionary<int, RuleDocument> _documents = new() { [0] = RuleDocument.Empty };
    private RuleVersionInfo[]? _versions;
    private RuleDocument? _before;
    private RuleDocument? _after;
    private int _from;
    private int _to;
    private ApiProblem? _problem;
    private (int Version, bool ResetDraft, string Id)? _restoring;

    [Inject]
    internal RulesClient Client { get; set; } = default!;

    [Inject]
    internal RulesWatch Watch { get; set; } = default!;

    [Inject]
    internal DraftEditor Draft { get; set; } = default!;

    [Inject]
    internal SessionState Session { get; set; } = default!;

    [Inject]
    internal IDialogService Dialogs { get; set; } = default!;

    [Inject]
    internal ISnackbar Messages { get; set; } = default!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = default!;

    [Inject]
    internal TimeZoneInfo Zone { get; set; } = default!;

    protected override Task OnInitializedAsync() => LoadAsync();

    private static int Number(ChangeEventArgs change) => int.Parse(change.Value?.ToString() ?? "0", CultureInfo.InvariantCulture);

    private RenderFragment Options(int chosen) =>
        builder =>
        {
            foreach (int version in (_versions ?? []).Select(version => version.Version).Append(0))
            {
                builder.OpenElement(0, "option");
                builder.AddAttribute(1, "value", version);
                builder.AddAttribute(2, "selected", version == chosen);
                builder.AddContent(3, version == 0 ? "no rules" : $"v{version}");
                builder.CloseElement();
            }
        };

    private async Task LoadAsync()
    {
        await Watch.LookAsync();
        ApiResult<RuleVersionList> answer = await Client.VersionsAsync();
        _problem = answer.Problem;
        if (!answer.Succeeded)
            return;

        _versions = answer.Value.Versions;
        IReadOnlyDictionary<string, string> asked = QueryText.Parse(new Uri(Navigation.Uri).Query);
        int newest = _versions.Length == 0 ? 0 : _versions[0].Version;
        await ShowAsync(Asked("from", Math.Max(0, newest - 1)), Asked("to", newest));

        int Asked(string name, int otherwise) =>
            int.TryParse(asked.GetValueOrDefault(name), CultureInfo.InvariantCulture, out int version) && version >= 0 && version <= newest
                ? version
                : otherwise;
    }

    private Task OpenAsync(int first, int second)
    {
        Navigation.NavigateTo("rules/versions" + QueryText.Format(("from", $"{first}"), ("to", $"{second}")), replace: true);
        return ShowAsync(first, second);
    }

    private async Task ShowAsync(int first, int second)
    {
        (_from, _to) = (first, second);
        (_before, _after) = (await DocumentAsync(first), await DocumentAsync(second));
        StateHasChanged();
    }

    private async Task<RuleDocument?> DocumentAsync(int version)
    {
        if (_documents.TryGetValue(version, out RuleDocument? known))
            return known;

        ApiResult<RuleVersionDetails> answer = await Client.VersionAsync(version);
        _problem = answer.Problem;
        if (answer.Succeeded)
            _documents[version] = answer.Value.Document;
        return answer.Value?.Document;
    }

    private async Task RestoreAsync(RuleVersionInfo version)
    {
        bool? draftToo = await Dialogs.ShowMessageBoxAsync(
            $"Restore version {version.Version}?",
            $"It is published again as a new version, and shoppers get it with their next request. The draft can be reset to it too; its "
                + $"unpublished changes are then lost.",
            yesText: "Restore and reset the draft",
            noText: "Restore and keep the draft",
            cancelText: "Cancel"
        );
        if (draftToo is not { } resetDraft)
            return;

        // The same id until the outcome is known: a retry after a lost answer is not carried out twice.
        if (_restoring is null || (_restoring.Value.Version, _restoring.Value.ResetDraft) != (version.Version, resetDraft))
            _restoring = (version.Version, resetDraft, Guid.NewGuid().ToString("N"));
        RestoreRequest request = new() { ResetDraft = resetDraft, Id = _restoring.Value.Id };
        ApiResult<PublishResult> answer = resetDraft
            ? await Draft.ReplaceAsync(() => Client.RestoreAsync(version.Version, request))
            : await Client.RestoreAsync(version.Version, request);
        if (answer.Succeeded)
            _restoring = null;
        Messages.Add(
            !answer.Succeeded ? answer.Problem.Detail
                : answer.Value.State == PublicationState.Published
                    ? $"Version {version.Version} is in effect again, as version {answer.Value.Version}."
                : "It is waiting for someone else's approval.",
            answer.Succeeded ? Severity.Normal : Severity.Error
        );
        await LoadAsync();
    }
}
