using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Security;

namespace RecOps.Client.Security;

/// <summary>The session, people, API keys and the audit log.</summary>
internal sealed class SecurityClient(ApiClient api)
{
    public Task<ApiResult<SessionInfo>> SessionAsync() => api.GetAsync(Routes.Session, SecurityJson.Default.SessionInfo);

    public Task<ApiResult<Nothing>> SignOutAsync() => api.CallAsync(HttpMethod.Delete, Routes.Session);

    public Task<ApiResult<SessionInfo>> ChangePasswordAsync(string current, string next) =>
        api.SendAsync(
            HttpMethod.Put,
            Routes.SessionPassword,
            new PasswordChange { Current = current, New = next },
            SecurityJson.Default.PasswordChange,
            SecurityJson.Default.SessionInfo
        );

    public Task<ApiResult<PersonList>> PeopleAsync() => api.GetAsync(Routes.People, SecurityJson.Default.PersonList);

    public Task<ApiResult<PersonPassword>> CreatePersonAsync(string user, string[] roles) =>
        api.SendAsync(
            HttpMethod.Post,
            Routes.People,
            new NewPerson { User = user, Roles = roles },
            SecurityJson.Default.NewPerson,
            SecurityJson.Default.PersonPassword
        );

    public Task<ApiResult<PersonInfo>> ChangePersonAsync(string user, PersonUpdate update) =>
        api.SendAsync(HttpMethod.Patch, Routes.PersonOf(user), update, SecurityJson.Default.PersonUpdate, SecurityJson.Default.PersonInfo);

    public Task<ApiResult<Nothing>> DeletePersonAsync(string user) => api.CallAsync(HttpMethod.Delete, Routes.PersonOf(user));

    public Task<ApiResult<PersonPassword>> ResetPasswordAsync(string user) =>
        api.CallAsync(HttpMethod.Post, Routes.PasswordOf(user), SecurityJson.Default.PersonPassword);

    public Task<ApiResult<ApiKeyList>> KeysAsync() => api.GetAsync(Routes.Keys, SecurityJson.Default.ApiKeyList);

    public Task<ApiResult<ApiKeyCreated>> CreateKeyAsync(NewApiKey key) =>
        api.SendAsync(HttpMethod.Post, Routes.Keys, key, SecurityJson.Default.NewApiKey, SecurityJson.Default.ApiKeyCreated);

    public Task<ApiResult<ApiKeyInfo>> RevokeKeyAsync(string keyId) =>
        api.DeleteAsync(Routes.KeyOf(keyId), SecurityJson.Default.ApiKeyInfo);

    public Task<ApiResult<AuditPage>> AuditAsync(string query) => api.GetAsync(Routes.Audit + query, SecurityJson.Default.AuditPage);
}
