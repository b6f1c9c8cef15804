using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Manifests;

/// <summary>The rules for the keys of Secrets and ConfigMaps.</summary>
static class DataRules
{
    public static Rule<ValueDictionary<T>> Keys<T>() => new()
    {
        Cel = $"self.all(key, key.matches(r'^(?:{NameRules.DataKeyPattern})$'))",
        Predicate = data => data.Keys.All(NameRules.DataKey.Predicate),
        Value = data => data.Keys.FirstOrDefault(key => !NameRules.DataKey.Predicate(key)) ?? "",
        Message = NameRules.DataKey.Message,
    };
}
