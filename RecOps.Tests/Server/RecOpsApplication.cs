using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RecOps.Server.Models;
using RecOps.Server.Security;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Server;

/// <summary>
/// The real server over the test bundle. Its clock stands still unless a test moves it, so no deadline passes by accident. A test
/// may change settings or swap one part.
/// </summary>
internal sealed class RecOpsApplication : WebApplicationFactory<ActiveModel>
{
    public static readonly DateTimeOffset Start = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>With every scope.</summary>
    public const string ApiKey = "rk_of-all-tests-of-the-server";

    public const string AdminPassword = "password of admin";

    private readonly TempDirectory _data = new();
    private readonly string _models;
    private readonly Dictionary<string, string?> _settings;
    private readonly Action<IServiceCollection>? _swap;

    public RecOpsApplication(string models, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? swap = null)
    {
        _models = models;
        _settings = settings ?? [];
        _swap = swap;
    }

    public FakeTimeProvider Time { get; } = new(Start);

    /// <summary>The cookie that clients have from the beginning; null for none.</summary>
    public string? Cookie { get; set; }

    /// <summary>Starts a server and waits until its model is loaded.</summary>
    /// <param name="models">Models:Directory; null for the shared one.</param>
    /// <param name="signIn">Whether clients have the cookie of an administrator.</param>
    public static async Task<RecOpsApplication> StartAsync(
        Dictionary<string, string?>? settings = null, Action<IServiceCollection>? swap = null, bool signIn = true, string? models = null)
    {
        var application = new RecOpsApplication(models ?? await TestBundle.SharedAsync(), settings, swap);
        try
        {
            var active = application.Services.GetRequiredService<ActiveModel>();
            await active.Settled.WaitAsync(TestContext.Current.CancellationToken);
            Assert.True(active.NotReadyReason is null, active.NotReadyReason);
            if (signIn) application.Cookie = await application.SignInAsync(Bootstrap.AdminName, AdminPassword);
            return application;
        }
        catch
        {
            // A host that started halfway would keep the test process alive.
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server whose clock runs, so that things take time; requests have plenty on a busy machine.</summary>
    public static Task<RecOpsApplication> StartRunningAsync() =>
        StartAsync(new() { ["Serving:DeadlineMs"] = "20000" }, services => services.AddSingleton(TimeProvider.System));

    /// <summary>A client that shows neither a key nor a cookie.</summary>
    public HttpClient CreateStranger() => new(Server.CreateHandler()) { BaseAddress = ClientOptions.BaseAddress };

    /// <returns>The cookie of somebody who is signed in.</returns>
    public async Task<string> SignInAsync(string user, string password)
    {
        await Services.GetRequiredService<DatabaseState>().Ready.WaitAsync(TestContext.Current.CancellationToken);
        using HttpClient client = CreateStranger();
        using HttpResponseMessage answer = await client.PostAsJsonAsync(
            Routes.Session, new SignInRequest { User = user, Password = password }, Json, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return answer.Headers.GetValues("Set-Cookie").First().Split(';')[0];
    }

    /// <summary>A client of somebody new who has a role, and no key.</summary>
    public async Task<HttpClient> CreateClientAsync(string user, params string[] roles)
    {
        using HttpResponseMessage answer = await CreateClient().PostAsJsonAsync(
            Routes.People, new NewPerson { User = user, Roles = roles }, Json, TestContext.Current.CancellationToken);
        PersonPassword made = await answer.ReadAsync<PersonPassword>(System.Net.HttpStatusCode.Created);
        HttpClient client = CreateStranger();
        client.DefaultRequestHeaders.Add("Cookie", await SignInAsync(user, made.Password));
        return client;
    }

    public async Task<RecommendationResponse> RecommendAsync(RecommendationRequest request)
    {
        using HttpResponseMessage answer = await CreateClient().PostAsJsonAsync(
            Routes.Recommendations, request, Json, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (await answer.Content.ReadFromJsonAsync<RecommendationResponse>(Json, TestContext.Current.CancellationToken))!;
    }

    public Task<RecommendationResponse> RecommendAsync(string userId) => RecommendAsync(new RecommendationRequest { UserId = userId });

    public async Task SendEventAsync(string userId, string itemId, string type, DateTimeOffset? timestamp = null)
    {
        var request = new EventsRequest
        {
            Events = [new ShopEvent { UserId = userId, ItemId = itemId, Type = type, Timestamp = timestamp }],
        };
        using HttpResponseMessage answer = await CreateClient().PostAsJsonAsync(
            Routes.Events, request, Json, TestContext.Current.CancellationToken);
        EventsResponse response = (await answer.Content.ReadFromJsonAsync<EventsResponse>(Json, TestContext.Current.CancellationToken))!;
        Assert.Equal(1, response.Accepted);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _data.Dispose();
    }

    protected override void ConfigureClient(HttpClient client)
    {
        base.ConfigureClient(client);
        client.DefaultRequestHeaders.Add(StorefrontGate.Header, ApiKey);
        if (Cookie is not null) client.DefaultRequestHeaders.Add("Cookie", Cookie);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("Models:Directory", _models);
        builder.UseSetting("Models:Active", TestBundle.Name);
        builder.UseSetting("Demo:Traffic", "false");
        builder.UseSetting("Data:Directory", _data.Path);
        builder.UseSetting("Logging:LogLevel:Default", "Error");
        builder.UseSetting("Bootstrap:AdminPassword", AdminPassword);
        builder.UseSetting("Bootstrap:StorefrontKey", ApiKey);
        foreach ((string key, string? value) in _settings) builder.UseSetting(key, value);
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(Time);

            // What makes passwords hard to guess would make each test wait.
            services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1);
            _swap?.Invoke(services);
        });
    }
}
