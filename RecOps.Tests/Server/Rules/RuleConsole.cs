using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RecOps.Shared;
using RecOps.Shared.Rules;
using Xunit;

namespace RecOps.Tests.Server.Rules;

/// <summary>The calls of a rule editor, over HTTP.</summary>
internal sealed class RuleConsole(HttpClient client)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    public static Rule Exclude(string id, params string[] items) =>
        new()
        {
            Id = id,
            Name = id,
            Select = new RuleSelection { Items = items },
            Then = new RuleAction { Type = RuleType.Exclude },
        };

    public static Rule Pin(string id, string item, int position) =>
        new()
        {
            Id = id,
            Name = id,
            Select = new RuleSelection { Items = [item] },
            Then = new RuleAction { Type = RuleType.Pin, Position = position },
        };

    public static Rule Boost(string id, string category, double strength) =>
        new()
        {
            Id = id,
            Name = id,
            Select = new RuleSelection { Categories = [category] },
            Then = new RuleAction { Type = RuleType.Boost, Strength = strength },
        };

    public Task<RuleDraftInfo> DraftAsync() => client.GetAsync<RuleDraftInfo>(Routes.RuleDraft);

    public Task<RulesState> StateAsync() => client.GetAsync<RulesState>(Routes.RuleState);

    public async Task<HttpResponseMessage> TrySaveAsync(string tag, params Rule[] rules)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, Routes.RuleDraft)
        {
            Content = JsonContent.Create(new RuleDocument { Rules = rules }, options: Json),
        };
        if (tag.Length > 0)
            request.Headers.TryAddWithoutValidation("If-Match", tag);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<RuleDraftInfo> SaveAsync(params Rule[] rules) => await (await TrySaveAsync("*", rules)).ReadAsync<RuleDraftInfo>();

    public async Task<HttpResponseMessage> PostAsync<T>(string path, T body) =>
        await client.PostAsJsonAsync(path, body, Json, TestContext.Current.CancellationToken);

    /// <summary>Publishes the current draft.</summary>
    public async Task<HttpResponseMessage> PublishDraftAsync(string note, DateTimeOffset? at = null, string? id = null) =>
        await PostAsync(
            Routes.RulePublish,
            new PublishRequest
            {
                Note = note,
                At = at,
                Revision = (await DraftAsync()).Revision,
                Id = id,
            }
        );

    /// <returns>The version's number.</returns>
    public async Task<int> PublishAsync(params Rule[] rules)
    {
        RuleDraftInfo saved = await SaveAsync(rules);
        PublishResult result = await (
            await PostAsync(Routes.RulePublish, new PublishRequest { Note = "A test", Revision = saved.Revision })
        ).ReadAsync<PublishResult>();
        Assert.Equal(PublicationState.Published, result.State);
        return result.Version!.Value;
    }

    public async Task<RulesState> SwitchAsync(bool off) =>
        await (
            await client.PutAsJsonAsync(
                Routes.KillSwitch,
                new KillSwitchUpdate { Enabled = off },
                Json,
                TestContext.Current.CancellationToken
            )
        ).ReadAsync<RulesState>();

    public async Task<PreviewResult> PreviewAsync(PreviewRequest request) =>
        await (await PostAsync(Routes.RulePreview, request)).ReadAsync<PreviewResult>();

    public async Task<RuleValidation> ValidateAsync(string json) =>
        await (await client.SendJsonAsync(HttpMethod.Post, Routes.RuleValidation, json)).ReadAsync<RuleValidation>();

    public Task<RuleValidation> ValidateAsync(params Rule[] rules) =>
        ValidateAsync(JsonSerializer.Serialize(new RuleDocument { Rules = rules }, Json));

    public async Task<PublicationInfo> ApproveAsync(string id, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using HttpResponseMessage answer = await client.PostAsync(Routes.ApprovalOf(id), null, TestContext.Current.CancellationToken);
        if (expected == HttpStatusCode.OK)
            return await answer.ReadAsync<PublicationInfo>();
        await answer.ExpectProblemAsync(expected);
        return null!;
    }
}
