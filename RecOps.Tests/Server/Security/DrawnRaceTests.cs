using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Rules;
using RecOps.Server.Rules.Publishing;
using RecOps.Server.Security.People;
using RecOps.Server.Telemetry.Alerts;
using RecOps.Shared;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;
using RecOps.Tests.Server.Rules;
using Xunit;

namespace RecOps.Tests.Server.Security;

/// <summary>
/// Several callers perform random actions at once, on the same few people, keys, alerts and rules. Afterwards the audit log is replayed: it
/// has exactly what was answered, each entry starts from where the previous one ended, and the final state is what the servers show.
/// </summary>
public sealed class DrawnRaceTests(RacePostgres postgres) : IClassFixture<RacePostgres>
{
    private const int Callers = 6;
    private const int Each = 80;

    /// <summary>Seed of a failed run, to repeat its draws; how callers overlap is not reproduced.</summary>
    private const string SeedVariable = "RECOPS_RACE_SEED";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Changes_DrawnByCallersAtOnce_TheAuditLogHasWhatWasAnsweredAndEndsAsTheServersShow(bool twoServers)
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out int given)
            ? given
            : Random.Shared.Next();
        ITestOutputHelper output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"{SeedVariable}={seed}");
        await using RaceServers servers = await RaceServers.StartAsync(postgres, twoServers);
        var race = new DrawnRace(servers);
        race.Passwords.Enqueue(("admin", RecOpsApplication.AdminPassword));
        foreach (string root in DrawnRace.People[1..3])
        {
            string password = await servers.CreatePersonAsync(root, Role.Admin);
            race.Passwords.Enqueue((root, password));
            race.Cookies[root] = await servers.Of(0).SignInAsync(root, password);
        }

        PersonInfo[] before = await servers.PeopleAsync();
        long last = (await servers.AuditAsync())[^1].Id;
        await RaceServers.AtOnceAsync(
            Callers,
            async caller =>
            {
                var acting = new DrawnCaller(race, caller, seed + caller);
                for (int i = 0; i < Each; i++)
                    await acting.ActAsync();
                return true;
            }
        );

        AuditRecord[] audit = [.. (await servers.AuditAsync()).Where(entry => entry.Id > last)];
        IEnumerable<string> answers = race
            .Answers.OrderBy(answer => answer.Key, StringComparer.Ordinal)
            .Select(answer => $"{answer.Key} × {answer.Value}");
        output.WriteLine($"{race.Answers.Values.Sum()} answers, {audit.Length} entries: {string.Join(", ", answers)}");
        int resets = race.Restored.Values.Count(restored => restored.ResetsDraft);
        Assert.Equal(
            race.Changes.Where(change => change.Action != AuditAction.DraftSaved)
                .Select(change => $"{change}")
                .Order(StringComparer.Ordinal),
            audit
                .Where(entry => entry.Action is not (AuditAction.DraftSaved or AuditAction.PersonChanged or "alert.unsilenced"))
                .Select(entry => $"{ChangeOf(entry)}")
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(race.Drafts.Count + resets, audit.Count(entry => entry.Action == AuditAction.DraftSaved));
        await PeopleChainAsync(race, before, audit);
        await KeysAsync(race, audit);
        await SilencesChainAsync(race, audit);
        await RulesChainAsync(race, audit);
    }

    private static DrawnChange ChangeOf(AuditRecord entry) =>
        new(
            entry.Action,
            entry.Actor,
            entry.Subject,
            entry.Action switch
            {
                AuditAction.PersonCreated or AuditAction.PersonChanged => RaceServers.Text<PersonInfo>(entry.After),
                AuditAction.KeyCreated or AuditAction.KeyRevoked => RaceServers.Text<ApiKeyInfo>(entry.After),
                "alert.silenced" => entry.After!,
                _ => "",
            }
        );

    private static async Task PeopleChainAsync(DrawnRace race, PersonInfo[] before, AuditRecord[] audit)
    {
        Dictionary<string, PersonInfo> people = before.ToDictionary(person => person.User);
        HashSet<string> states = [.. before.Select(Known)];
        List<DrawnChange> updates = [.. race.Updates];
        foreach (AuditRecord entry in audit)
        {
            PersonInfo? now = people.GetValueOrDefault(entry.Subject);
            switch (entry.Action)
            {
                case AuditAction.PersonCreated:
                    Assert.Null(now);
                    people[entry.Subject] = Read(entry.After!);
                    break;
                case AuditAction.PersonChanged:
                    Assert.Equal(Known(now!), Known(Read(entry.Before!)));
                    Assert.NotEqual(RaceServers.Text<PersonInfo>(entry.Before), RaceServers.Text<PersonInfo>(entry.After));
                    Assert.True(updates.Remove(ChangeOf(entry)), $"Nobody was answered {ChangeOf(entry)}.");
                    people[entry.Subject] = Read(entry.After!);
                    break;
                case AuditAction.PersonDeleted:
                    Assert.Equal(Known(now!), Known(Read(entry.Before!)));
                    people.Remove(entry.Subject);
                    break;
                case AuditAction.PasswordReset:
                    people[entry.Subject] = now! with { MustChangePassword = true };
                    break;
                case AuditAction.PasswordChanged:
                    people[entry.Subject] = now! with { MustChangePassword = false };
                    break;
                case AuditAction.SignedIn:
                    people[entry.Subject] = now! with { LastSignInAt = RecOpsApplication.Start };
                    break;
            }

            if (people.TryGetValue(entry.Subject, out PersonInfo? after))
                states.Add(Known(after));
            Assert.Contains(people.Values, person => !person.Disabled && person.Roles.Contains(Role.Admin));
        }

        // A success without an entry means that the person was already in the wanted state.
        Assert.All(updates, update => Assert.Contains(Known(Read(update.Detail)), states));
        Assert.Equal(
            people.Values.Select(Known).Order(StringComparer.Ordinal),
            (await race.Servers.PeopleAsync()).Select(Known).Order(StringComparer.Ordinal)
        );
        await using AsyncServiceScope scope = race.Servers.Of(1).Services.CreateAsyncScope();
        UserManager<Person> manager = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        foreach (Person person in await manager.Users.AsNoTracking().ToArrayAsync(TestContext.Current.CancellationToken))
        {
            // Of all passwords that were ever shown or chosen, only the last answer's is right.
            Assert.Single(
                race.Passwords,
                known =>
                    known.User == person.UserName
                    && manager.PasswordHasher.VerifyHashedPassword(person, person.PasswordHash!, known.Password)
                        != PasswordVerificationResult.Failed
            );
        }

        static PersonInfo Read(string json) => System.Text.Json.JsonSerializer.Deserialize<PersonInfo>(json, RecOpsApplication.Json)!;

        // The lockout time also changes with entries that are written after the change, outside its transaction.
        static string Known(PersonInfo person) => RaceServers.Text(person with { LockedUntil = null });
    }

    private static async Task KeysAsync(DrawnRace race, AuditRecord[] audit)
    {
        Dictionary<string, string> known = [];
        foreach (AuditRecord entry in audit.Where(entry => entry.Action is AuditAction.KeyCreated or AuditAction.KeyRevoked))
        {
            Assert.Equal(known.GetValueOrDefault(entry.Subject, ""), RaceServers.Text<ApiKeyInfo>(entry.Before));
            known[entry.Subject] = RaceServers.Text<ApiKeyInfo>(entry.After);
        }

        ApiKeyInfo[] listed = (await race.Servers.Admin(1).GetAsync<ApiKeyList>(Routes.Keys)).Keys;
        Assert.Equal(
            known.Values.Order(StringComparer.Ordinal),
            listed.Where(key => known.ContainsKey(key.Name)).Select(RaceServers.Text).Order(StringComparer.Ordinal)
        );
        Assert.Equal(race.Keys.Count, known.Count);
    }

    private static async Task SilencesChainAsync(DrawnRace race, AuditRecord[] audit)
    {
        AlertSilence[] rows = await race.Servers.ReadAsync(database =>
            database.AlertSilences.AsNoTracking().ToArrayAsync(TestContext.Current.CancellationToken)
        );
        foreach (string rule in DrawnRace.AlertRules)
        {
            AuditRecord? state = null;
            int ended = 0;
            foreach (AuditRecord entry in audit.Where(entry => entry.Subject == rule))
            {
                if (entry.Action == "alert.unsilenced")
                {
                    Assert.NotNull(state);
                    ended++;
                }

                state = entry.Action == "alert.silenced" ? entry : null;
            }

            Assert.InRange(ended, 0, race.Unsilenced.Count(ended => ended == rule));
            AlertSilence? row = rows.SingleOrDefault(row => row.Rule == rule);
            Assert.Equal(
                (state?.Actor, state?.After),
                (row?.By, row is null ? null : $"{{\"minutes\":{(row.Until - RecOpsApplication.Start).TotalMinutes}}}")
            );
        }
    }

    private static async Task RulesChainAsync(DrawnRace race, AuditRecord[] audit)
    {
        var console = new RuleConsole(race.Servers.Admin(1));
        RuleVersionList list = await race.Servers.Admin(1).GetAsync<RuleVersionList>(Routes.RuleVersions);
        int[] answered = [.. race.Published.Keys.Concat(race.Restored.Keys).Order()];
        Assert.Equal(Enumerable.Range(1, answered.Length), answered);
        Assert.Equal(answered, list.Versions.Select(version => version.Version).Order());
        RuleDocument[] versions = new RuleDocument[answered.Length + 1];
        versions[0] = RuleDocument.Empty;
        foreach (int version in answered)
            versions[version] = (await race.Servers.Admin(version).GetAsync<RuleVersionDetails>(Routes.VersionOf(version))).Document;

        // A reset has no revision in its answer: it is the last one saved before its version, in the same transaction.
        AuditRecord[] saved = [.. audit.Where(entry => entry.Action == AuditAction.DraftSaved)];
        Dictionary<int, RuleDocument> drafts = new(race.Drafts) { [0] = RuleDocument.Empty };
        int made = 0;
        foreach (AuditRecord entry in audit.Where(entry => entry.Action is AuditAction.RulesPublished or AuditAction.RulesRestored))
        {
            made++;
            Assert.StartsWith($"version {made}: ", entry.Subject, StringComparison.Ordinal);
            Differs(entry, versions[made - 1], versions[made]);
            if (!race.Restored.TryGetValue(made, out (int From, bool ResetsDraft) restored))
                continue;
            Assert.Equal(RuleJson.Of(versions[restored.From]), RuleJson.Of(versions[made]));
            if (!restored.ResetsDraft)
                continue;
            AuditRecord reset = saved.Last(draft => draft.Id < entry.Id);
            Assert.Equal(entry.Actor, reset.Actor);
            Assert.True(
                drafts.TryAdd(int.Parse(reset.Subject["draft ".Length..], CultureInfo.InvariantCulture), versions[made]),
                $"{reset.Subject} was given twice."
            );
        }

        Assert.Equal(Enumerable.Range(1, saved.Length).Select(revision => $"draft {revision}"), saved.Select(entry => entry.Subject));
        for (int revision = 1; revision <= saved.Length; revision++)
            Differs(saved[revision - 1], drafts[revision - 1], drafts[revision]);
        foreach ((int version, int revision) in race.Published)
            Assert.Equal(RuleJson.Of(drafts[revision]), RuleJson.Of(versions[version]));
        RuleDraftInfo draft = await console.DraftAsync();
        Assert.Equal((saved.Length, RuleJson.Of(drafts[saved.Length])), (draft.Revision, RuleJson.Of(draft.Document)));

        string state = "on";
        foreach (AuditRecord entry in audit.Where(entry => entry.Action == AuditAction.KillSwitch))
        {
            Assert.Equal(state, entry.Before);
            state = entry.After!;
        }

        RulesState now = await console.StateAsync();
        Assert.Equal((state == "off", false), (now.IsOff, now.SwitchIsLocal));

        static void Differs(AuditRecord entry, RuleDocument before, RuleDocument after)
        {
            Assert.Equal(RuleJson.Of(RuleChanges.Differing(before, after)), entry.Before);
            Assert.Equal(RuleJson.Of(RuleChanges.Differing(after, before)), entry.After);
        }
    }
}
