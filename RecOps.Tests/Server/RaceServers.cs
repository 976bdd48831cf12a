using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Security.Audit;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Server;

/// <summary>One PostgreSQL for the race tests of a class, started by the first that needs it.</summary>
public sealed class RacePostgres : IAsyncLifetime
{
    private readonly Lazy<Task<PostgresServer>> _server = new(PostgresServer.StartAsync);

    internal async Task<Dictionary<string, string?>> NewDatabaseAsync() =>
        new() { ["Database:Provider"] = "postgres", ["ConnectionStrings:Database"] = await (await _server.Value).CreateDatabaseAsync() };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await _server.Value).DisposeAsync();
    }
}

/// <summary>Servers for races: one over SQLite, or two over the same PostgreSQL. Callers are spread over all of them.</summary>
internal sealed class RaceServers : IAsyncDisposable
{
    private readonly RecOpsApplication[] _all;

    private RaceServers(RecOpsApplication[] all) => _all = all;

    public IReadOnlyList<RecOpsApplication> All => _all;

    /// <summary>Their clocks stand still, so that no session is checked again.</summary>
    /// <param name="twoServers">Two over PostgreSQL; else one over SQLite.</param>
    public static async Task<RaceServers> StartAsync(
        RacePostgres postgres,
        bool twoServers,
        Action<IServiceCollection>? swap = null,
        Dictionary<string, string?>? more = null,
        string? models = null
    )
    {
        Dictionary<string, string?> settings = twoServers ? await postgres.NewDatabaseAsync() : [];
        settings["RateLimits:SignInsPerMinute"] = "10000";
        foreach ((string key, string? value) in more ?? [])
            settings[key] = value;
        var servers = new List<RecOpsApplication> { await RecOpsApplication.StartAsync(settings, swap, models: models) };
        try
        {
            if (twoServers)
                servers.Add(await RecOpsApplication.StartAsync(settings, swap, signIn: false, models: models));
            foreach (RecOpsApplication server in servers)
            {
                await server.Services.GetRequiredService<DatabaseState>().Ready.WaitAsync(TestContext.Current.CancellationToken);
                server.Cookie = servers[0].Cookie;
            }

            return new RaceServers([.. servers]);
        }
        catch
        {
            foreach (RecOpsApplication server in servers)
                await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs several calls at the same time.</summary>
    public static async Task<T[]> AtOnceAsync<T>(int callers, Func<int, Task<T>> call)
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<T>[] all =
        [
            .. Enumerable
                .Range(0, callers)
                .Select(async caller =>
                {
                    await go.Task;
                    return await call(caller);
                }),
        ];
        go.SetResult();
        return await Task.WhenAll(all);
    }

    public RecOpsApplication Of(int caller) => _all[caller % _all.Length];

    /// <summary>A client of the first administrator, on a caller's server.</summary>
    public HttpClient Admin(int caller = 0) => Of(caller).CreateClient();

    public HttpClient Stranger(int caller) => Of(caller).CreateStranger();

    /// <summary>A client of a signed-in person, on a caller's server.</summary>
    public HttpClient ClientOf(string cookie, int caller)
    {
        HttpClient client = Of(caller).CreateStranger();
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        return client;
    }

    /// <returns>The password.</returns>
    public async Task<string> CreatePersonAsync(string user, params string[] roles)
    {
        using HttpResponseMessage answer = await Admin()
            .PostAsJsonAsync(
                Routes.People,
                new NewPerson { User = user, Roles = roles },
                RecOpsApplication.Json,
                TestContext.Current.CancellationToken
            );
        return (await answer.ReadAsync<PersonPassword>(HttpStatusCode.Created)).Password;
    }

    public static Task<HttpResponseMessage> SignInAsync(HttpClient client, string user, string password) =>
        client.PostAsJsonAsync(
            Routes.Session,
            new SignInRequest { User = user, Password = password },
            RecOpsApplication.Json,
            TestContext.Current.CancellationToken
        );

    public static Task<HttpResponseMessage> ChangeAsync(HttpClient client, string user, PersonUpdate update) =>
        client.PatchAsJsonAsync(Routes.PersonOf(user), update, RecOpsApplication.Json, TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> ResetAsync(HttpClient client, string user) =>
        client.PostAsync(Routes.PasswordOf(user), null, TestContext.Current.CancellationToken);

    public async Task<PersonInfo[]> PeopleAsync() => (await Admin().GetAsync<PersonList>(Routes.People)).People;

    /// <summary>The whole audit log, oldest first.</summary>
    /// <param name="query">Search query of the log.</param>
    public async Task<AuditRecord[]> AuditAsync(string query = "")
    {
        await Waiting.UntilAsync(() => _all.All(server => !server.Services.GetRequiredService<AuditBacklog>().AnyUnsaved));
        var entries = new List<AuditRecord>();
        long? next = null;
        do
        {
            AuditPage page = await Admin().GetAsync<AuditPage>($"{Routes.Audit}?before={next}&{query}");
            entries.AddRange(page.Entries);
            next = page.Next;
        } while (next is not null);

        entries.Reverse();
        return [.. entries];
    }

    /// <summary>The state in the shared database.</summary>
    public async Task<T> ReadAsync<T>(Func<RecOpsDatabase, Task<T>> read)
    {
        await using AsyncServiceScope scope = _all[0].Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<RecOpsDatabase>());
    }

    /// <summary>The content of an entry as comparable text.</summary>
    public static string Text<T>(string? json) => json is null ? "" : Text(JsonSerializer.Deserialize<T>(json, RecOpsApplication.Json));

    public static string Text<T>(T value) => JsonSerializer.Serialize(value, RecOpsApplication.Json);

    public async ValueTask DisposeAsync()
    {
        foreach (RecOpsApplication server in _all.Reverse())
            await server.DisposeAsync();
    }
}
