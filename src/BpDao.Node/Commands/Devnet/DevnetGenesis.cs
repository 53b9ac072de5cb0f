using BpDao.Specs;

namespace BpDao.Node.Commands.Devnet;

/// <summary>The chain of a devnet with its own number of producers and its own pace.</summary>
internal static class DevnetGenesis
{
    public static ChainSpec Build(int producers, int blockTime) => throw new OperatorFault($"this build has no genesis builder: cannot make a chain of {producers} producers and {blockTime} s");
}
