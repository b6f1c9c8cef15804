using System.Collections.Frozen;
using System.Text;
using PyRepo.Sigstore.Roots;
using PyRepo.Testing.Sigstore;

namespace PyRepo.Sigstore.Tests;

/// <summary>Attestations of a toy instance: good ones, and those that are wrong in one thing.</summary>
public sealed class MutationTests(SigstoreFixture fixture) : IClassFixture<SigstoreFixture>
{
    /// <summary>Without these nothing can follow, so that none can be left out.</summary>
    static readonly FrozenSet<VerificationStep> _needed =
    [
        VerificationStep.Format, VerificationStep.LogKey, VerificationStep.EntryKind, VerificationStep.ProvenTime,
    ];

    public static TheoryData<string> Names => [.. Mutations.All.Select(each => each.Name)];

    public static TheoryData<VerificationStep> Steps => [.. Enum.GetValues<VerificationStep>().Except(_needed)];

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_good_attestation_is_verified(bool isSecondRekor, bool isBundle)
    {
        var verdict = Verify(new Mutation("none", default)
        {
            Request = r => r with { IsSecondRekor = isSecondRekor },
            Bundle = isBundle ? _ => { } : null,
        });
        var verified = Assert.IsType<Verdict.Verified>(verdict);
        Assert.Equal("https://github.com/acme/lib", verified.Identity!.SourceRepository);
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), verified.SignedAt);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mutation_is_refused_for_its_reason(string name)
    {
        var mutation = Mutations.All.Single(each => each.Name == name);
        Assert.Equal(mutation.Step, Assert.IsType<Verdict.Refused>(Verify(mutation)).Step);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Without_a_check_a_mutation_passes(VerificationStep step) => Assert.Contains(
        Mutations.All.Where(each => each.Step == step), each => Verify(each, step) is Verdict.Verified);

    Verdict Verify(Mutation mutation, params VerificationStep[] skipped)
    {
        var root = fixture.Instance.GetTrustedRoot();
        mutation.Root(root);
        var attestation = fixture.Instance.Attest(mutation.Request(SigstoreFixture.Request));
        mutation.Attestation(attestation);
        var verifier = new SigstoreVerifier(TrustedRoot.Parse(Encoding.UTF8.GetBytes(root.ToJsonString())))
        {
            Skipped = [.. skipped],
        };
        if (mutation.Bundle is not { } change)
        {
            return verifier.VerifyAttestation(
                Encoding.UTF8.GetBytes(attestation.ToJsonString()), SigstoreFixture.Policy);
        }
        var bundle = SigstoreInstance.ToBundle(attestation);
        change(bundle);
        return verifier.VerifyBundle(Encoding.UTF8.GetBytes(bundle.ToJsonString()), SigstoreFixture.Policy);
    }
}
