using RecOps.Client.Hosting;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>The state of the rules, for every part of the console that shows it.</summary>
internal sealed class RulesWatch(RulesClient client)
{
    public event Action? Changed;

    /// <summary>Null until the server has answered.</summary>
    public RulesState? State { get; private set; }

    public async Task LookAsync()
    {
        ApiResult<RulesState> answer = await client.StateAsync();
        if (!answer.Succeeded)
            return;

        State = answer.Value;
        Changed?.Invoke();
    }
}
