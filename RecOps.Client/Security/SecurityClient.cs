using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Security;

namespace RecOps.Client.Security;

/// <summary>Who is signed in, who there is, which keys are good, and what was done.</summary>
internal sealed class SecurityClient(ApiClient api)
{
    public Task<ApiResult<SessionInfo>> SessionAsync() => api.GetAsync(Routes.Session, ApiJson.Default.SessionInfo);

    public Task<ApiResult<Nothing>> SignOutAsync() => api.CallAsync(HttpMethod.Delete, Routes.Session);

    public Task<ApiResult<SessionInfo>> ChangePasswordAsync(string current, string next) => api.SendAsync(
        HttpMethod.Put, Routes.SessionPassword, new PasswordChange { Current = current, New = next }, ApiJson.Default.PasswordChange,
        ApiJson.Default.SessionInfo);

    public Task<ApiResult<PersonList>> PeopleAsync() => api.GetAsync(Routes.People, ApiJson.Default.PersonList);

    public Task<ApiResult<PersonPassword>> CreatePersonAsync(string user, string[] roles) => api.SendAsync(
        HttpMethod.Post, Routes.People, new NewPerson { User = user, Roles = roles }, ApiJson.Default.NewPerson, ApiJson.Default.PersonPassword);

    public Task<ApiResult<PersonInfo>> ChangePersonAsync(string user, PersonUpdate update) => api.SendAsync(
        HttpMethod.Patch, Routes.PersonOf(user), update, ApiJson.Default.PersonUpdate, ApiJson.Default.PersonInfo);

    public Task<ApiResult<Nothing>> DeletePersonAsync(string user) => api.CallAsync(HttpMethod.Delete, Routes.PersonOf(user));

    public Task<ApiResult<PersonPassword>> ResetPasswordAsync(string user)
        => api.CallAsync(HttpMethod.Post, Routes.PasswordOf(user), ApiJson.Default.PersonPassword);

    public Task<ApiResult<ApiKeyList>> KeysAsync() => api.GetAsync(Routes.Keys, ApiJson.Default.ApiKeyList);

    public Task<ApiResult<ApiKeyCreated>> CreateKeyAsync(NewApiKey key)
        => api.SendAsync(HttpMethod.Post, Routes.Keys, key, ApiJson.Default.NewApiKey, ApiJson.Default.ApiKeyCreated);

    public Task<ApiResult<ApiKeyInfo>> RevokeKeyAsync(string keyId) => api.DeleteAsync(Routes.KeyOf(keyId), ApiJson.Default.ApiKeyInfo);

    public Task<ApiResult<AuditPage>> AuditAsync(string query) => api.GetAsync(Routes.Audit + query, ApiJson.Default.AuditPage);
}
