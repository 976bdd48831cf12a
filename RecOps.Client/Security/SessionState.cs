using System.Net;
using Microsoft.AspNetCore.Components;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Shared;
using RecOps.Shared.Security;

namespace RecOps.Client.Security;

/// <summary>
/// Who is signed in, so that pages show only what the user may do. The server decides; this only avoids calls that would be refused.
/// </summary>
internal sealed class SessionState : IViewer, IDisposable
{
    private readonly SecurityClient _client;
    private readonly ApiClient _api;
    private readonly NavigationManager _navigation;
    private bool _isLeaving;

    public SessionState(SecurityClient client, ApiClient api, NavigationManager navigation)
    {
        (_client, _api, _navigation) = (client, api, navigation);
        api.SignedOut += GoToSignIn;
    }

    /// <summary>Raised when the user or the user's roles have changed.</summary>
    public event Action? Changed;

    /// <summary>Null until the server has answered.</summary>
    public SessionInfo? Current { get; private set; }

    public string User => Current?.User ?? "";

    public bool MayOperate => Has(Role.Operator, Role.Admin);

    public bool MayMerchandise => Has(Role.Merchandiser, Role.Admin);

    public bool MayAct => Has(Role.Operator, Role.Merchandiser, Role.Admin);

    public bool MayAdminister => Has(Role.Admin);

    public async Task LoadAsync()
    {
        ApiResult<SessionInfo> answer = await _client.SessionAsync();
        if (answer.Succeeded)
            Use(answer.Value);
    }

    public void Use(SessionInfo session)
    {
        Current = session;
        Changed?.Invoke();
    }

    /// <returns>Null when the session has ended and the sign-in page is about to open; otherwise why the user is still signed
    /// in.</returns>
    public async Task<ApiProblem?> SignOutAsync()
    {
        // Other calls in flight may hear that the session has ended, which is no news here.
        _isLeaving = true;
        ApiResult<Nothing> answer = await _client.SignOutAsync();
        if (answer.Problem is { Status: not HttpStatusCode.Unauthorized } problem)
        {
            _isLeaving = false;
            return problem;
        }

        _navigation.NavigateTo(Routes.Relative(Routes.SignIn), forceLoad: true);
        return null;
    }

    public void Dispose() => _api.SignedOut -= GoToSignIn;

    private bool Has(params ReadOnlySpan<string> roles)
    {
        foreach (string role in roles)
        {
            if (Current?.Roles.Contains(role) == true)
                return true;
        }

        return false;
    }

    private void GoToSignIn(string reason)
    {
        // Many calls find out at the same time, and only the first is told why.
        if (_isLeaving)
            return;

        _isLeaving = true;
        string here = "/" + _navigation.ToBaseRelativePath(_navigation.Uri);
        _navigation.NavigateTo(
            $"{Routes.Relative(Routes.SignIn)}?returnUrl={Uri.EscapeDataString(here)}&ended={Uri.EscapeDataString(reason)}",
            forceLoad: true
        );
    }
}
