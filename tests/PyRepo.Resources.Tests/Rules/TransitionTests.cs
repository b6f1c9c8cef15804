using PyRepo.Resources.Fields;
using PyRepo.Resources.Hosted;
using PyRepo.Resources.Proxied;
using PyRepo.Resources.Tests.Fields;

namespace PyRepo.Resources.Tests.Rules;

public sealed class TransitionTests
{
    public static TheoryData<int> Cases => [.. Enumerable.Range(0, TransitionCases.All.Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_change_that_would_leave_data_behind_is_rejected(int number)
    {
        var change = TransitionCases.All[number];
        Assert.Equal(change.Rejected, change.Kind == PythonRepository.KindName
            ? Rejected<PythonRepository, PythonRepositorySpec>(change, PythonRepositorySpec.Type, found => found.Spec)
            : Rejected<ProxyRepository, ProxyRepositorySpec>(change, ProxyRepositorySpec.Type, found => found.Spec));
    }

    [Fact]
    public void Every_transition_rule_has_a_case()
    {
        var messages = TransitionCases.All.SelectMany(change => change.Rejected).ToArray();
        var rules = Described.Kinds.Keys.SelectMany(Described.Schemas).SelectMany(schema => schema.Transitions);
        Assert.All(
            rules, rule => Assert.Contains(messages, text => text.EndsWith(rule.Message, StringComparison.Ordinal)));
    }

    static IEnumerable<string> Rejected<T, TSpec>(
        TransitionCases.Case change, FieldType<TSpec> type, Func<T, TSpec> spec) where T : Resource
    {
        var before = Sample.One<T>(Sample.Document(change.Kind, change.Before));
        var after = Sample.One<T>(Sample.Document(change.Kind, change.After));
        return type.RejectedChanges(spec(before), spec(after))
            .Select(rejected => $"spec.{rejected.FieldPath}: {rejected.Message}");
    }
}
