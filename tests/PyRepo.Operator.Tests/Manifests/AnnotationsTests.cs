using System.Reflection;
using PyRepo.Kubernetes.Apply;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Tests.Manifests;

public sealed class AnnotationsTests
{
    [Fact]
    public void Each_annotation_of_the_operator_is_kept_of_the_objects_that_it_watches() => Assert.Equal(
        typeof(Annotations).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!).Append(DesiredObject.HashAnnotation).Order(),
        Annotations.All.Order());
}
