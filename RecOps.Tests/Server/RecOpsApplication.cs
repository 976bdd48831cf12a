using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RecOps.Server.Security.Keys;
using RecOps.Server.Security.People;
using RecOps.Server.Storage;
using RecOps.Serving.Models;
using RecOps.Shared;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Server;

/// <summary>
/// The real server over the test bundle. Its clock stands still unless a test moves it, so no deadline passes by accident. A test can
/// change settings or replace one part.
/// </summary>
internal sealed class RecOpsApplication : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>A key with every scope.</summary>
    public const string ApiKey = "rk_of-all-tests-of-the-server";

    public const string AdminPassword = "password of admin";

    private static readonly Uri Here = new("http://localhost");
    private readonly TempDirectory _data = new();
    private readonly WebApplication _app;

    private RecOpsApplication(
        string models,
        Dictionary<string, string?>? settings,
        Action<IServiceCollection>? swap,
        DateTimeOffset? start = null,
        bool listens = false
    )
    {
        Time = new FakeTimeProvider(start ?? Start);
        Dictionary<string, string?> all = new()
        {
            ["environment"] = "Production",
            ["urls"] = "http://127.0.0.1:0",
            ["Models:Directory"] = models,
            ["Models:Active"] = TestBundle.Name,
            ["Demo:Traffic"] = "false",
            ["Data:Directory"] = _data.Path,
            ["Logging:LogLevel:Default"] = "Error",
            ["Bootstrap:AdminPassword"] = AdminPassword,
            ["Bootstrap:StorefrontKey"] = ApiKey,
        };
        foreach ((string key, string? value) in settings ?? [])
            all[key] = value;
        _app = RecOps.Server.Program.Build(
            [.. all.Where(setting => setting.Value is not null).Select(setting => $"--{setting.Key}={setting.Value}")],
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(Time);

                // Slow hashing, which makes passwords hard to guess, would slow each test down.
                builder.Services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1);
                if (!listens)
                    builder.WebHost.UseTestServer();
                swap?.Invoke(builder.Services);
            }
        );
    }

    public FakeTimeProvider Time { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Its address, for clients other than its own.</summary>
    /// <seealso cref="ListenAsync"/>
    public Uri Address => new(_app.Urls.First());

    /// <summary>The initial cookie of clients; null for none.</summary>
    public string? Cookie { get; set; }

    /// <summary>Starts a server and waits until its model is loaded.</summary>
    /// <param name="models">Models:Directory; null for the shared one.</param>
    /// <param name="signIn">Whether clients have the cookie of an administrator.</param>
    public static async Task<RecOpsApplication> StartAsync(
        Dictionary<string, string?>? settings = null,
        Action<IServiceCollection>? swap = null,
        bool signIn = true,
        string? models = null
    )
    {
        RecOpsApplication application = await StartUnreadyAsync(settings, swap, models);
        try
        {
            var active = application.Services.GetRequiredService<ActiveModel>();
            await active.Settled.WaitAsync(TestContext.Current.CancellationToken);
            Assert.True(active.NotReadyReason is null, active.NotReadyReason);
            if (signIn)
                application.Cookie = await application.SignInAsync(Bootstrap.AdminName, AdminPassword);
            return application;
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server that may never load a model.</summary>
    public static async Task<RecOpsApplication> StartUnreadyAsync(
        Dictionary<string, string?>? settings = null,
        Action<IServiceCollection>? swap = null,
        string? models = null
    ) => await StartAsync(new RecOpsApplication(models ?? await TestBundle.SharedAsync(), settings, swap));

    /// <summary>Starts a server that a browser can reach, and waits until its model is loaded.</summary>
    /// <param name="start">Initial time of its clock.</param>
    public static async Task<RecOpsApplication> ListenAsync(
        DateTimeOffset start,
        Dictionary<string, string?>? settings = null,
        Action<IServiceCollection>? swap = null,
        string? models = null
    )
    {
        RecOpsApplication application = await StartAsync(
            new RecOpsApplication(models ?? await TestBundle.SharedAsync(), settings, swap, start, listens: true)
        );
        await application.Services.GetRequiredService<ActiveModel>().Settled.WaitAsync(TestContext.Current.CancellationToken);
        return application;
    }

    private static async Task<RecOpsApplication> StartAsync(RecOpsApplication application)
    {
        try
        {
            await application._app.StartAsync(TestContext.Current.CancellationToken);
            return application;
        }
        catch
        {
            // A half-started host would keep the test process alive.
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server with a running clock, so that things take time; deadlines are generous for busy machines.</summary>
    public static Task<RecOpsApplication> StartRunningAsync() =>
        StartAsync(new() { ["Serving:DeadlineMs"] = "20000" }, services => services.AddSingleton(TimeProvider.System));

    /// <summary>A client without key and cookie.</summary>
    public HttpClient CreateStranger() => new(_app.GetTestServer().CreateHandler()) { BaseAddress = Here };

    /// <summary>Sends a request with full control over it, including the caller's address.</summary>
    public Task<HttpContext> SendAsync(Action<HttpContext> configure) =>
        _app.GetTestServer().SendAsync(configure, TestContext.Current.CancellationToken);

    public HttpClient CreateClient()
    {
        HttpClient client = CreateStranger();
        client.DefaultRequestHeaders.Add(StorefrontGate.Header, ApiKey);
        if (Cookie is not null)
            client.DefaultRequestHeaders.Add("Cookie", Cookie);
        return client;
    }

    /// <returns>The cookie of a signed-in person.</returns>
    public async Task<string> SignInAsync(string user, string password)
    {
        await Services.GetRequiredService<DatabaseState>().Ready.WaitAsync(TestContext.Current.CancellationToken);
        using HttpClient client = CreateStranger();
        using HttpResponseMessage answer = await client.PostAsJsonAsync(
            Routes.Session,
            new SignInRequest { User = user, Password = password },
            Json,
            TestContext.Current.CancellationToken
        );
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return answer.Headers.GetValues("Set-Cookie").First().Split(';')[0];
    }

    /// <summary>A client of a new person with a role, and without a key.</summary>
    public async Task<HttpClient> CreateClientAsync(string user, params string[] roles)
    {
        using HttpResponseMessage answer = await CreateClient()
            .PostAsJsonAsync(Routes.People, new NewPerson { User = user, Roles = roles }, Json, TestContext.Current.CancellationToken);
        PersonPassword made = await answer.ReadAsync<PersonPassword>(System.Net.HttpStatusCode.Created);
        HttpClient client = CreateStranger();
        client.DefaultRequestHeaders.Add("Cookie", await SignInAsync(user, made.Password));
        return client;
    }

    public async Task<RecommendationResponse> RecommendAsync(RecommendationRequest request)
    {
        using HttpResponseMessage answer = await CreateClient()
            .PostAsJsonAsync(Routes.Recommendations, request, Json, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (await answer.Content.ReadFromJsonAsync<RecommendationResponse>(Json, TestContext.Current.CancellationToken))!;
    }

    public Task<RecommendationResponse> RecommendAsync(string userId) => RecommendAsync(new RecommendationRequest { UserId = userId });

    public async Task SendEventAsync(string userId, string itemId, string type, DateTimeOffset? timestamp = null)
    {
        var request = new EventsRequest
        {
            Events =
            [
                new ShopEvent
                {
                    UserId = userId,
                    ItemId = itemId,
                    Type = type,
                    Timestamp = timestamp,
                },
            ],
        };
        using HttpResponseMessage answer = await CreateClient()
            .PostAsJsonAsync(Routes.Events, request, Json, TestContext.Current.CancellationToken);
        EventsResponse response = (await answer.Content.ReadFromJsonAsync<EventsResponse>(Json, TestContext.Current.CancellationToken))!;
        Assert.Equal(1, response.Accepted);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _data.Dispose();
    }
}
