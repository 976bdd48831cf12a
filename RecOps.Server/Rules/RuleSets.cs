using System.IO.Hashing;
using System.Text;
using RecOps.Server.Models;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules;

/// <summary>Drafts made ready for a model, the last few: whoever edits looks at the same ones again and again.</summary>
internal sealed class RuleSets
{
    private const int Kept = 4;
    private readonly Lock _changes = new();
    private readonly LinkedList<(ServingModel Model, UInt128 Hash, Lazy<RuleSet> Rules)> _recent = new();

    /// <param name="document">Valid.</param>
    public RuleSet Of(ServingModel model, RuleDocument document, int version)
    {
        UInt128 hash = XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(RuleJson.Of(document)), version);
        Lazy<RuleSet> rules;
        lock (_changes)
        {
            Forget(recent => recent.Model.Uses.IsClosed);
            for (LinkedListNode<(ServingModel Model, UInt128 Hash, Lazy<RuleSet> Rules)>? node = _recent.First; node is not null; node = node.Next)
            {
                if (node.Value.Model != model || node.Value.Hash != hash) continue;
                _recent.Remove(node);
                _recent.AddFirst(node);
                rules = node.Value.Rules;
                rules.Value.RenewPins();
                return rules.Value;
            }

            rules = new Lazy<RuleSet>(() => new RuleSet(document, version, model.Catalog, model.Popular));
            _recent.AddFirst((model, hash, rules));
            if (_recent.Count > Kept) Forget(recent => recent == _recent.Last!.Value);
        }

        return rules.Value;
    }

    /// <summary>Whoever still uses what is forgotten can: it only stops following changes of the catalogue.</summary>
    private void Forget(Func<(ServingModel Model, UInt128 Hash, Lazy<RuleSet> Rules), bool> which)
    {
        foreach ((ServingModel Model, UInt128 Hash, Lazy<RuleSet> Rules) recent in _recent.Where(which).ToArray())
        {
            if (recent.Rules.IsValueCreated) recent.Rules.Value.Dispose();
            _recent.Remove(recent);
        }
    }
}
