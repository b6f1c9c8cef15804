using PyRepo.Packaging.FileNames;
using PyRepo.Resources.Hosted;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Hosted;
using static PyRepo.Server.Tests.Content.Records.Events;

namespace PyRepo.Server.Tests.Hosted;

public sealed class DuplicateDecisionTests
{
    const string File = "foo-1.0.tar.gz";

    /// <summary>Returns the history of the file in a project, for the tables below.</summary>
    static ProjectHistory GetPast(string past) => past switch
    {
        "nothing" => GetHistory(),
        "visible" => GetHistory(Added(File, "same")),
        "visible, yanked" => GetHistory(Added(File, "same"), From(ProjectEventKind.Yanked, File)),
        "other visible" => GetHistory(Added(File, "other")),
        "other visible, same before" => GetHistory(Added(File, "same"), Added(File, "other")),
        "deleted" => GetHistory(Added(File, "same"), From(ProjectEventKind.Deleted, File)),
        "other deleted" => GetHistory(Added(File, "other"), From(ProjectEventKind.Deleted, File)),
        "gone" => GetHistory(Added(File, "same"), From(ProjectEventKind.Gone, File)),
        "other gone" => GetHistory(Added(File, "other"), From(ProjectEventKind.Gone, File)),
        "other gone, same before" => GetHistory(
            Added(File, "same"), Added(File, "other"), From(ProjectEventKind.Gone, File)),
        _ => throw new ArgumentOutOfRangeException(nameof(past)),
    };

    [Theory]
    [InlineData("nothing", "Never", "Add")]
    [InlineData("nothing", "Always", "Add")]
    [InlineData("visible", "Never", "Same")]
    [InlineData("visible", "Always", "Same")]
    [InlineData("visible, yanked", "Never", "Same")]
    [InlineData("other visible", "Never", "Reject")]
    [InlineData("other visible", "Always", "Add")]
    [InlineData("other visible, same before", "Never", "Reject")]
    [InlineData("other visible, same before", "Always", "Add")]
    [InlineData("deleted", "Never", "Add")]
    [InlineData("deleted", "Always", "Add")]
    [InlineData("other deleted", "Never", "Reject")]
    [InlineData("other deleted", "Always", "Add")]
    [InlineData("gone", "Never", "Add")]
    [InlineData("gone", "Always", "Add")]
    [InlineData("other gone", "Never", "Reject")]
    [InlineData("other gone", "Always", "Add")]
    public void An_upload_is_decided_by_what_the_project_had_before(string past, string overwrite, string expected) =>
        Assert.Equal(expected, OfUpload(GetPast(past), Enum.Parse<Overwrite>(overwrite)).GetType().Name);

    [Theory]
    [InlineData("nothing", "Never", "Add")]
    [InlineData("visible", "Never", "Same")]
    [InlineData("visible", "Always", "Same")]
    [InlineData("other visible", "Never", "Reject")]
    [InlineData("other visible", "Always", "Add")]
    [InlineData("other visible, same before", "Never", "Reject")]
    [InlineData("other visible, same before", "Always", "Reject")]
    [InlineData("deleted", "Never", "Reject")]
    [InlineData("deleted", "Always", "Reject")]
    [InlineData("other deleted", "Never", "Reject")]
    [InlineData("other deleted", "Always", "Add")]
    [InlineData("gone", "Never", "Add")]
    [InlineData("gone", "Always", "Add")]
    [InlineData("other gone", "Never", "Reject")]
    [InlineData("other gone", "Always", "Add")]
    [InlineData("other gone, same before", "Always", "Reject")]
    public void A_file_in_the_folder_is_decided_by_what_the_project_had_before(
        string past, string overwrite, string expected) =>
        Assert.Equal(expected, OfAdoption(GetPast(past), Enum.Parse<Overwrite>(overwrite)).GetType().Name);

    [Theory]
    [InlineData("archived", true)]
    [InlineData("quarantined", true)]
    [InlineData("deprecated", false)]
    [InlineData("active", false)]
    public void A_project_with_certain_statuses_accepts_no_uploads(string status, bool isRejected)
    {
        var decision = OfUpload(GetHistory(StatusIs(status)), Overwrite.Always);
        Assert.Equal(isRejected, decision is DuplicateDecision.Reject);
        if (isRejected)
            Assert.Contains($"'foo' is {status}", GetMessage(decision), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rejection_has_the_text_that_clients_look_for_when_they_skip_existing_files() => Assert.StartsWith(
        $"File already exists: '{File}' with other content",
        GetMessage(OfUpload(GetPast("other visible"), Overwrite.Never)), StringComparison.Ordinal);

    [Fact]
    public void A_rejection_of_a_used_name_states_the_reason() => Assert.Contains(
        "has since been deleted", GetMessage(OfUpload(GetPast("other deleted"), Overwrite.Never)),
        StringComparison.Ordinal);

    [Fact]
    public void A_deleted_file_that_is_still_in_the_folder_is_rejected_with_the_date() => Assert.Contains(
        "deleted on 2026-01-01", GetMessage(OfAdoption(GetPast("deleted"), Overwrite.Never)), StringComparison.Ordinal);

    [Fact]
    public void Another_spelling_of_the_name_is_the_same_distribution() => Assert.IsType<DuplicateDecision.Reject>(
        OfUpload(GetHistory(Added("Foo-1.0.0.tar.gz", "other")), Overwrite.Never));

    [Fact]
    public void A_list_of_variants_is_replaced_as_it_grows()
    {
        const string list = "foo-1.0-variants.json";
        Assert.True(DistributionFileName.TryParse(list, Foo, out var name));
        var listed = GetHistory(Added(list, "other"));
        Assert.IsType<DuplicateDecision.Add>(OfUpload(listed));
        Assert.IsType<DuplicateDecision.Add>(OfAdoption(listed));
        // Once deleted, its name is reserved as any other.
        var deleted = GetHistory(Added(list, "other"), From(ProjectEventKind.Deleted, list));
        Assert.IsType<DuplicateDecision.Reject>(OfUpload(deleted));
        Assert.IsType<DuplicateDecision.Reject>(OfAdoption(deleted));

        DuplicateDecision OfUpload(ProjectHistory history) => DuplicateDecision.OfUpload(
            history.Find(name), history.Status, name, GetHash("same"), Overwrite.Never);

        DuplicateDecision OfAdoption(ProjectHistory history) =>
            DuplicateDecision.OfAdoption(history.Find(name), name, GetHash("same"), Overwrite.Never);
    }

    static DuplicateDecision OfUpload(ProjectHistory history, Overwrite overwrite) =>
        DuplicateDecision.OfUpload(history.Find(Name), history.Status, Name, GetHash("same"), overwrite);

    static DuplicateDecision OfAdoption(ProjectHistory history, Overwrite overwrite) =>
        DuplicateDecision.OfAdoption(history.Find(Name), Name, GetHash("same"), overwrite);

    static string GetMessage(DuplicateDecision decision) => Assert.IsType<DuplicateDecision.Reject>(decision).Message;

    static DistributionFileName Name { get; } =
        DistributionFileName.TryParse(File, Foo, out var name) ? name : throw new FormatException();
}
