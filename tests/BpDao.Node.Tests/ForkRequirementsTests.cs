using BpDao.Core;
using BpDao.Node;
using Xunit;

namespace BpDao.Node.Tests;

/// <summary>What a node without libblst refuses, and how it says so.</summary>
public sealed class ForkRequirementsTests
{
    private static string? Without(params Fork[] forks) => ForkRequirements.Refusal("chain 'x'", forks, hasBls12381: false, "none of libblst.so is installed");

    [Fact]
    public void Without_libblst_a_chain_that_comes_to_Cancun_or_later_is_refused_in_one_line_that_names_these_forks() =>
        Assert.Equal(
            "chain 'x' comes to Cancun, Osaka, but libblst is missing (none of libblst.so is installed), which excludes Cancun and all later forks: "
            + "run tools/native/build and build again, or name the library in BPDAO_BLST_PATH",
            Without(Fork.Paris, Fork.Osaka, Fork.Cancun));

    [Fact]
    public void Without_libblst_chains_that_end_at_Shanghai_run() => Assert.Null(Without([.. Enum.GetValues<Fork>().Where(f => f <= Fork.Shanghai)]));

    [Fact]
    public void With_libblst_nothing_is_refused() => Assert.Null(ForkRequirements.Refusal("chain 'x'", Enum.GetValues<Fork>(), hasBls12381: true, ""));
}
