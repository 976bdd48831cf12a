using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using RecOps.Server.Security.Audit;
using RecOps.Shared;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;
using RecOps.Shared.Telemetry;
using RecOps.Tests.Server.Rules;
using Xunit;

namespace RecOps.Tests.Server.Security;

/// <summary>An answer to a caller, as the audit log must record it.</summary>
/// <param name="Detail">Other content of the entry; empty for none.</param>
internal sealed record DrawnChange(string Action, string Actor, string Subject, string Detail = "");

/// <summary>State shared by all callers of a race.</summary>
internal sealed class DrawnRace(RaceServers servers)
{
    /// <summary>People who exist from the start and may be removed, the actors among them; and people who come and go.</summary>
    public static readonly string[] People = ["admin", "root-1", "root-2", "anna", "ben", "cleo"];

    public static readonly string[] AlertRules = ["errors", "degraded"];

    public RaceServers Servers { get; } = servers;

    /// <summary>
    /// Sessions of the actors. They are not checked again while the clock stands still, so even removed people can continue.
    /// </summary>
    public Dictionary<string, string> Cookies { get; } = new() { ["admin"] = servers.Of(0).Cookie! };

    public ConcurrentQueue<DrawnChange> Changes { get; } = new();

    /// <summary>Updates of people that were answered 200. Those without effect are not in the audit log.</summary>
    public ConcurrentQueue<DrawnChange> Updates { get; } = new();

    public ConcurrentDictionary<string, int> Answers { get; } = new();

    /// <summary>Every password that was ever returned, by name.</summary>
    public ConcurrentQueue<(string User, string Password)> Passwords { get; } = new();

    public ConcurrentQueue<ApiKeyInfo> Keys { get; } = new();

    public ConcurrentDictionary<string, bool> Revoked { get; } = new();

    /// <summary>Saved drafts, by revision.</summary>
    public ConcurrentDictionary<int, RuleDocument> Drafts { get; } = new();

    /// <summary>The published revision of each version.</summary>
    public ConcurrentDictionary<int, int> Published { get; } = new();

    /// <summary>For each restored version, its source and whether the draft was reset.</summary>
    public ConcurrentDictionary<int, (int From, bool ResetsDraft)> Restored { get; } = new();

    /// <summary>Silences reported as ended, by rule; only those that existed are in the audit log.</summary>
    public ConcurrentQueue<string> Unsilenced { get; } = new();
}

/// <summary>One of several callers who perform randomly drawn actions, one after the other.</summary>
internal sealed class DrawnCaller(DrawnRace race, int caller, int seed)
{
    private static readonly string[][] RoleSets =
    [
        [Role.Admin],
        [Role.Viewer],
        [Role.Operator, Role.Merchandiser],
        [Role.Admin],
        [Role.Viewer, Role.Admin],
    ];
    private readonly Random _random = new(seed);
    private readonly string _actor = DrawnRace.People[caller % 3];
    private int _made;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private HttpClient Client => race.Servers.ClientOf(race.Cookies[_actor], caller);

    private string Any => Pick(DrawnRace.People);

    public Task ActAsync() =>
        _random.Next(20) switch
        {
            0 or 1 => CreateAsync(),
            2 or 3 => UpdateAsync("roles", new PersonUpdate { Roles = Pick(RoleSets) }),
            4 or 5 => UpdateAsync("disable", new PersonUpdate { Disabled = true }),
            6 => UpdateAsync("enable", new PersonUpdate { Disabled = false }),
            7 => UpdateAsync("unlock", new PersonUpdate { Unlock = true }),
            8 => DeleteAsync(),
            9 => ResetAsync(),
            10 or 11 => SignInAsync(),
            12 => ChangePasswordAsync(),
            13 => CreateKeyAsync(),
            14 => RevokeKeyAsync(),
            15 => SilenceAsync(),
            16 => SaveDraftAsync(),
            17 => PublishAsync(),
            18 => RestoreAsync(),
            _ => SwitchAsync(),
        };

    private T Pick<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];

    private async Task CreateAsync()
    {
        string user = Any;
        using HttpResponseMessage answer = await Client.PostAsJsonAsync(
            Routes.People,
            new NewPerson { User = user, Roles = Pick(RoleSets) },
            RecOpsApplication.Json,
            Cancellation
        );
        if (!Count("create", answer, HttpStatusCode.Created, HttpStatusCode.BadRequest))
            return;
        PersonPassword made = await answer.ReadAsync<PersonPassword>(HttpStatusCode.Created);
        race.Passwords.Enqueue((user, made.Password));
        Changed(AuditAction.PersonCreated, user, RaceServers.Text(made.Person));
    }

    private async Task UpdateAsync(string what, PersonUpdate update)
    {
        string user = Any;
        using HttpResponseMessage answer = await RaceServers.ChangeAsync(Client, user, update);
        if (!Count(what, answer, HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.NotFound))
            return;
        race.Updates.Enqueue(
            new DrawnChange(AuditAction.PersonChanged, _actor, user, RaceServers.Text(await answer.ReadAsync<PersonInfo>()))
        );
    }

    private async Task DeleteAsync()
    {
        string user = Any;
        using HttpResponseMessage answer = await Client.DeleteAsync(Routes.PersonOf(user), Cancellation);
        if (Count("delete", answer, HttpStatusCode.NoContent, HttpStatusCode.BadRequest, HttpStatusCode.NotFound))
            Changed(AuditAction.PersonDeleted, user);
    }

    private async Task ResetAsync()
    {
        string user = Any;
        using HttpResponseMessage answer = await RaceServers.ResetAsync(Client, user);
        if (!Count("reset", answer, HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.NotFound))
            return;
        race.Passwords.Enqueue((user, (await answer.ReadAsync<PersonPassword>()).Password));
        Changed(AuditAction.PasswordReset, user);
    }

    /// <returns>The cookie and the password; null if the sign-in failed.</returns>
    private async Task<(string User, string Cookie, string Password)?> SignInAsync()
    {
        string user = Any;
        string password =
            _random.Next(4) == 0 ? "not the password" : race.Passwords.LastOrDefault(known => known.User == user).Password ?? "not known";
        using HttpResponseMessage answer = await RaceServers.SignInAsync(race.Servers.Stranger(caller), user, password);
        bool isIn = Count("sign in", answer, HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Locked);
        string action =
            isIn ? AuditAction.SignedIn
            : answer.StatusCode == HttpStatusCode.Locked ? AuditAction.LockedOut
            : AuditAction.SignInFailed;
        race.Changes.Enqueue(new DrawnChange(action, isIn ? user : AuditLog.Nobody, user));
        return isIn ? (user, answer.Headers.GetValues("Set-Cookie").First().Split(';')[0], password) : null;
    }

    private async Task ChangePasswordAsync()
    {
        if (await SignInAsync() is not { } session)
            return;
        string next = $"password {caller} {_made++}";
        using HttpResponseMessage answer = await race
            .Servers.ClientOf(session.Cookie, caller + 1)
            .PutAsJsonAsync(
                Routes.SessionPassword,
                new PasswordChange { Current = session.Password, New = next },
                RecOpsApplication.Json,
                Cancellation
            );
        if (
            !Count(
                "change password",
                answer,
                HttpStatusCode.OK,
                HttpStatusCode.Conflict,
                HttpStatusCode.BadRequest,
                HttpStatusCode.Locked,
                HttpStatusCode.Unauthorized
            )
        )
            return;
        race.Passwords.Enqueue((session.User, next));
        race.Changes.Enqueue(new DrawnChange(AuditAction.PasswordChanged, session.User, session.User));
    }

    private async Task CreateKeyAsync()
    {
        var wanted = new NewApiKey { Name = $"key {caller} {_made++}", Scopes = [Pick(Scope.All)] };
        using HttpResponseMessage answer = await Client.PostAsJsonAsync(Routes.Keys, wanted, RecOpsApplication.Json, Cancellation);
        if (!Count("create key", answer, HttpStatusCode.Created))
            return;
        ApiKeyInfo key = (await answer.ReadAsync<ApiKeyCreated>(HttpStatusCode.Created)).Key;
        race.Keys.Enqueue(key);
        Changed(AuditAction.KeyCreated, key.Name, RaceServers.Text(key));
    }

    private async Task RevokeKeyAsync()
    {
        // Usually the newest, which others revoke as well.
        if (race.Keys.LastOrDefault() is not { } key)
            return;
        using HttpResponseMessage answer = await Client.DeleteAsync(Routes.KeyOf(key.Id), Cancellation);
        if (!Count("revoke key", answer, HttpStatusCode.OK))
            return;
        ApiKeyInfo revoked = await answer.ReadAsync<ApiKeyInfo>();
        if (race.Revoked.TryAdd(key.Id, true))
            race.Changes.Enqueue(new DrawnChange(AuditAction.KeyRevoked, revoked.RevokedBy!, key.Name, RaceServers.Text(revoked)));
    }

    private async Task SilenceAsync()
    {
        string rule = Pick(DrawnRace.AlertRules);
        int minutes = _random.Next(2) == 0 ? 0 : 1 + _random.Next(100);
        using HttpResponseMessage answer = await Client.PutAsJsonAsync(
            Routes.SilenceOf(rule),
            new SilenceRequest(minutes),
            RecOpsApplication.Json,
            Cancellation
        );
        if (!Count("silence", answer, HttpStatusCode.OK))
            return;
        if (minutes == 0)
            race.Unsilenced.Enqueue(rule);
        else
            Changed("alert.silenced", rule, $"{{\"minutes\":{minutes}}}");
    }

    private async Task SaveDraftAsync()
    {
        var console = new RuleConsole(Client);
        string tag = _random.Next(2) == 0 ? "*" : $"\"{(await console.DraftAsync()).Revision}\"";
        using HttpResponseMessage answer = await console.TrySaveAsync(
            tag,
            RuleConsole.Pin($"pin-{_random.Next(3)}", $"i{_random.Next(30)}", 1 + _random.Next(5))
        );
        if (!Count("save draft", answer, HttpStatusCode.OK, HttpStatusCode.PreconditionFailed))
            return;
        RuleDraftInfo saved = await answer.ReadAsync<RuleDraftInfo>();
        Assert.True(race.Drafts.TryAdd(saved.Revision, saved.Document), $"Revision {saved.Revision} was given twice.");
        Changed(AuditAction.DraftSaved, $"draft {saved.Revision}");
    }

    private async Task PublishAsync()
    {
        var console = new RuleConsole(Client);
        string note = $"note {caller} {_made++}";
        int revision = (await console.DraftAsync()).Revision;
        using HttpResponseMessage answer = await console.PostAsync(
            Routes.RulePublish,
            new PublishRequest { Note = note, Revision = revision }
        );
        if (!Count("publish", answer, HttpStatusCode.OK, HttpStatusCode.PreconditionFailed))
            return;
        int version = (await answer.ReadAsync<PublishResult>()).Version!.Value;
        Assert.True(race.Published.TryAdd(version, revision), $"Version {version} was given twice.");
        Changed(AuditAction.RulesPublished, $"version {version}: {note}");
    }

    private async Task RestoreAsync()
    {
        int from = 1 + _random.Next(3);
        string note = $"note {caller} {_made++}";
        bool resets = _random.Next(2) == 0;
        using HttpResponseMessage answer = await new RuleConsole(Client).PostAsync(
            Routes.RestoreOf(from),
            new RestoreRequest { Note = note, ResetDraft = resets }
        );
        if (!Count("restore", answer, HttpStatusCode.OK, HttpStatusCode.NotFound))
            return;
        int version = (await answer.ReadAsync<PublishResult>()).Version!.Value;
        Assert.True(race.Restored.TryAdd(version, (from, resets)), $"Version {version} was given twice.");
        Changed(AuditAction.RulesRestored, $"version {version}: {note}");
    }

    private async Task SwitchAsync()
    {
        bool off = _random.Next(2) == 0;
        using HttpResponseMessage answer = await Client.PutAsJsonAsync(
            Routes.KillSwitch,
            new KillSwitchUpdate { Enabled = off },
            RecOpsApplication.Json,
            Cancellation
        );
        if (Count("kill switch", answer, HttpStatusCode.OK))
            Changed(AuditAction.KillSwitch, off ? "rules off" : "rules on");
    }

    private void Changed(string action, string subject, string detail = "") =>
        race.Changes.Enqueue(new DrawnChange(action, _actor, subject, detail));

    /// <returns>Whether it succeeded.</returns>
    private bool Count(string what, HttpResponseMessage answer, HttpStatusCode done, params HttpStatusCode[] refused)
    {
        // Someone may have taken the caller's role.
        Assert.True(
            answer.StatusCode is HttpStatusCode.Forbidden || answer.StatusCode == done || refused.Contains(answer.StatusCode),
            $"{what}: {answer.StatusCode}"
        );
        race.Answers.AddOrUpdate($"{what} {(int)answer.StatusCode}", 1, (_, count) => count + 1);
        return answer.StatusCode == done;
    }
}
