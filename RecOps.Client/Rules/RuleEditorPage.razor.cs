using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using RecOps.Client.Hosting;
using RecOps.Client.Security;
using RecOps.Client.Shell;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>One rule of the draft, with the items it selects and a preview of what shoppers would see.</summary>
public sealed partial class RuleEditorPage : ComponentBase, IDisposable
{
    private Rule? _rule;
    private RuleMatches? _matches;
    private RuleSelection? _counted;

    [Parameter]
    public string RuleId { get; set; } = "";

    [Inject]
    internal DraftEditor Draft { get; set; } = default!;

    [Inject]
    internal DraftWarnings Warnings { get; set; } = default!;

    [Inject]
    internal RulesClient Client { get; set; } = default!;

    [Inject]
    internal SessionState Session { get; set; } = default!;

    [Inject]
    internal ISnackbar Messages { get; set; } = default!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = default!;

    private string MatchesText =>
        _rule?.Select is null ? "every item"
        : _matches is null ? "counting"
        : _matches.Errors.Length > 0 ? ""
        : $"{Quantity.Of(_matches.Count, "item")}, {Quantity.Count(_matches.InStock)} in stock";

    public void Dispose()
    {
        Draft.Changed -= OnDraftChanged;
        Warnings.Changed -= OnDraftChanged;
        Session.Changed -= OnDraftChanged;
    }

    protected override async Task OnInitializedAsync()
    {
        Draft.Changed += OnDraftChanged;
        Warnings.Changed += OnDraftChanged;
        Session.Changed += OnDraftChanged;
        await Draft.LoadAsync();
        if (QueryText.Parse(new Uri(Navigation.Uri).Query).ContainsKey("new") && Draft.Stored is not null && Draft.Find(RuleId) is null)
        {
            Draft.Change(
                "a new rule",
                document =>
                    document with
                    {
                        Rules =
                        [
                            .. document.Rules,
                            new Rule
                            {
                                Id = RuleId,
                                Owner = Session.User is { Length: > 0 } user ? user : null,
                                Then = new RuleAction { Type = RuleType.Boost, Strength = 1.5 },
                            },
                        ],
                    }
            );
            Navigation.NavigateTo($"rules/edit/{Uri.EscapeDataString(RuleId)}", replace: true);
        }
    }

    protected override void OnParametersSet() => OnDraftChanged();

    private static string Text(ChangeEventArgs change) => change.Value?.ToString() ?? "";

    private string? ErrorOf(string field)
    {
        int index = Array.FindIndex(Draft.Document.Rules, known => known.Id == RuleId);
        string path = $"rules[{index}].{field}";
        foreach ((string key, string[] messages) in Draft.Errors)
        {
            // Errors of a list's entry are shown at the list.
            if (key == path || (key.StartsWith(path + "[", StringComparison.Ordinal) && messages.Length > 0))
                return messages[0];
        }

        return null;
    }

    private void Change(string what, Func<Rule, Rule> change) =>
        Draft.ChangeRule(RuleId, $"{what} of {(_rule?.Name.Length > 0 ? _rule.Name : RuleId)}", change);

    private void SetPriority(ChangeEventArgs change)
    {
        if (int.TryParse(Text(change), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int priority))
            Change("priority", known => known with { Priority = priority });
    }

    private void Delete()
    {
        string name = _rule!.Name;
        Draft.Change($"deleting {name}", document => document with { Rules = [.. document.Rules.Where(known => known.Id != RuleId)] });
        Messages.AddUndoable($"{name} was deleted from the draft.", Draft);
        Navigation.NavigateTo("rules");
    }

    /// <summary>
    /// An item was dragged to a place in the preview: a separate rule pins it there, or this rule when it is such a pin.
    /// </summary>
    private void PinAsync((string ItemId, string Title, int Place, string Placement) pin)
    {
        if (_rule is { Then.Type: RuleType.Pin, Select.Items: [var own] } && own == pin.ItemId)
        {
            Change("place", known => known with { Then = known.Then with { Position = pin.Place, AtOrAbove = null } });
            return;
        }

        Draft.Change(
            $"pinning {pin.Title}",
            document =>
            {
                Rule? known = document.Rules.FirstOrDefault(other =>
                    other is { Then.Type: RuleType.Pin, Select.Items: [var item] }
                    && item == pin.ItemId
                    && other.When is { Placements: [var placement] }
                    && placement == pin.Placement
                );
                return known is not null
                    ? document with
                    {
                        Rules =
                        [
                            .. document.Rules.Select(other =>
                                other.Id == known.Id
                                    ? other with
                                    {
                                        Then = new RuleAction { Type = RuleType.Pin, Position = pin.Place },
                                    }
                                    : other
                            ),
                        ],
                    }
                    : document with
                    {
                        Rules =
                        [
                            .. document.Rules,
                            NewRule(
                                document,
                                $"Pin {pin.Title}",
                                pin.ItemId,
                                pin.Placement,
                                new RuleAction { Type = RuleType.Pin, Position = pin.Place }
                            ),
                        ],
                    };
            }
        );
        Announce($"{pin.Title} is pinned to place {pin.Place} on {pin.Placement}.");
    }

    private void ExcludeAsync((string ItemId, string Title, string Placement) exclusion)
    {
        Draft.Change(
            $"excluding {exclusion.Title}",
            document =>
                document with
                {
                    Rules =
                    [
                        .. document.Rules,
                        NewRule(
                            document,
                            $"Hide {exclusion.Title}",
                            exclusion.ItemId,
                            exclusion.Placement,
                            new RuleAction { Type = RuleType.Exclude }
                        ),
                    ],
                }
        );
        Announce($"{exclusion.Title} is hidden on {exclusion.Placement}.");
    }

    private Rule NewRule(RuleDocument document, string name, string itemId, string placement, RuleAction then) =>
        new()
        {
            Id = RuleOrdering.NewId(document),
            Name = name.Length <= 120 ? name : name[..120],
            Owner = Session.User,
            When = new RuleCondition { Placements = [placement] },
            Select = new RuleSelection { Items = [itemId] },
            Then = then,
        };

    private void Announce(string message) => Messages.AddUndoable($"{message} It is a separate rule in the draft.", Draft);

    private void OnDraftChanged() =>
        _ = InvokeAsync(async () =>
        {
            _rule = Draft.Find(RuleId);
            StateHasChanged();
            await CountAsync();
        });

    private async Task CountAsync()
    {
        if (_rule?.Select is not { } select || ReferenceEquals(_counted, select))
            return;

        _counted = select;
        ApiResult<RuleMatches> answer = await Client.MatchesAsync(select);
        if (!answer.Succeeded || !ReferenceEquals(_counted, _rule?.Select))
            return;

        _matches = answer.Value;
        StateHasChanged();
    }
}
