using System.Net;
using RecOps.Server.Rules;
using RecOps.Shared;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Server.Rules;

/// <summary>Rules that several people change at the same time, on one server and on two that share a database.</summary>
public sealed class RuleRaceTests(RacePostgres postgres) : IClassFixture<RacePostgres>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Draft_SavedByEightAtOnceWhateverIsThere_EachGetsARevisionOfItsOwn(bool twoServers)
    {
        await using RaceServers servers = await RaceServers.StartAsync(postgres, twoServers);

        RuleDraftInfo[] saved = await RaceServers.AtOnceAsync(
            8,
            caller => new RuleConsole(servers.Admin(caller)).SaveAsync(RuleConsole.Pin("hero", $"i{caller}", 1))
        );

        Assert.Equal(Enumerable.Range(1, 8), saved.Select(draft => draft.Revision).Order());
        RuleDraftInfo now = await new RuleConsole(servers.Admin(1)).DraftAsync();
        Assert.Equal(8, now.Revision);
        Assert.Equal(RuleJson.Of(saved.Single(draft => draft.Revision == 8).Document), RuleJson.Of(now.Document));
        Assert.Equal(
            Enumerable.Range(1, 8).Select(revision => $"draft {revision}"),
            (await servers.AuditAsync($"action={AuditAction.DraftSaved}")).Select(entry => entry.Subject)
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restore_WhileTheDraftIsSaved_TheDraftIsTheRestoredOneOrALaterOne(bool twoServers)
    {
        const int savers = 4;
        await using RaceServers servers = await RaceServers.StartAsync(postgres, twoServers);
        var console = new RuleConsole(servers.Admin());
        await console.PublishAsync(RuleConsole.Pin("hero", "i30", 1));
        RuleDocument restored = (await console.DraftAsync()).Document;
        for (int round = 0; round < 10; round++)
        {
            int before = (await console.SaveAsync(RuleConsole.Pin("hero", "i31", 1))).Revision;

            (HttpResponseMessage Answer, RuleDraftInfo? Saved)[] answers = await RaceServers.AtOnceAsync<(
                HttpResponseMessage,
                RuleDraftInfo?
            )>(
                savers + 1,
                async caller =>
                {
                    var client = new RuleConsole(servers.Admin(caller + round));
                    if (caller == 0)
                        return (
                            await client.PostAsync(Routes.RestoreOf(1), new RestoreRequest { ResetDraft = true, Note = $"Round {round}" }),
                            null
                        );

                    // As an open page does: with the revision that it knows, or overwriting whatever is there.
                    HttpResponseMessage answer = await client.TrySaveAsync(
                        caller % 2 == 0 ? $"\"{before}\"" : "*",
                        RuleConsole.Pin("hero", $"i{caller}", 1)
                    );
                    return (answer, answer.IsSuccessStatusCode ? await answer.ReadAsync<RuleDraftInfo>() : null);
                }
            );

            await answers[0].Answer.ReadAsync<PublishResult>();
            Assert.All(
                answers[1..],
                answer =>
                    Assert.True(
                        answer.Answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.PreconditionFailed,
                        $"{answer.Answer.StatusCode}"
                    )
            );
            RuleDraftInfo now = await console.DraftAsync();
            RuleDraftInfo[] saved = [.. answers.Select(answer => answer.Saved).OfType<RuleDraftInfo>()];
            int reset = Assert.Single(Enumerable.Range(before + 1, saved.Length + 1).Except(saved.Select(draft => draft.Revision)));
            Assert.Equal(before + saved.Length + 1, now.Revision);
            RuleDocument expected = reset == now.Revision ? restored : saved.Single(draft => draft.Revision == now.Revision).Document;
            Assert.Equal(RuleJson.Of(expected), RuleJson.Of(now.Document));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task KillSwitch_TurnedByEightAtOnceOnANewDatabase_TheLastTurnInTheAuditLogHolds(bool twoServers)
    {
        await using RaceServers servers = await RaceServers.StartAsync(postgres, twoServers);

        await RaceServers.AtOnceAsync(8, caller => new RuleConsole(servers.Admin(caller)).SwitchAsync(off: caller % 4 < 2));

        AuditRecord[] audit = await servers.AuditAsync($"action={AuditAction.KillSwitch}");
        Assert.Equal(8, audit.Length);
        Assert.Equal(4, audit.Count(entry => entry.After == "off"));
        string state = "on";
        foreach (AuditRecord entry in audit)
        {
            Assert.Equal(state, entry.Before);
            state = entry.After!;
        }

        foreach (RecOpsApplication server in servers.All)
        {
            Assert.Equal(state == "off", (await new RuleConsole(server.CreateClient()).StateAsync()).IsOff);
            await Waiting.UntilAsync(async () => (await new RuleConsole(server.CreateClient()).StateAsync()) is { SwitchIsLocal: false });
        }
    }
}
