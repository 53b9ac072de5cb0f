using System.Text;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Engine;

public sealed class AlarmReportTests
{
    private static readonly Block A = TestBench.Block(1, TestBench.GenesisHash, 0, 0);

    [Fact]
    public void A_divergence_leaves_the_block_its_QC1_and_what_was_found_wrong()
    {
        LocalNode node = new LocalNode(1, TestBench.Equal(4), judge: _ => Judgement.Invalid).Start();
        node.Receive(TestBench.Proposal(1, 0, A, null, 0), 0).ReceiveVotes(MessageKind.Vote1For, 0, A.Hash, 0, 2, 3);
        Alarm alarm = node.Sees<Alarm>();
        Memory reports = new();
        AlarmReport.Keep(reports, alarm, 1, DateTimeOffset.UnixEpoch);

        Assert.True(BlockCodec.TryDecode(reports.Files["Divergence-1.block.rlp"], out Block? block));
        Assert.Equal(A.Hash, block!.Hash);
        Assert.True(MessageCodec.TryDecode(reports.Files["Divergence-1.certificate-0.rlp"], out PorMessage? certificate));
        Assert.Equal(A.Hash, ((BlockCertificateMessage)certificate).Certificate.BlockHash);
        string text = Encoding.UTF8.GetString(reports.Files["Divergence-1.txt"]);
        Assert.Contains(A.Hash.ToString(), text, StringComparison.Ordinal);
        Assert.Contains(((BlockError)7).ToString(), text, StringComparison.Ordinal);
        Assert.Contains("slots 0, 2, 3", text, StringComparison.Ordinal);
    }

    private sealed class Memory : IReportStore
    {
        public Dictionary<string, byte[]> Files { get; } = [];

        public void Keep(string name, ReadOnlyMemory<byte> content) => Files.Add(name, content.ToArray());
    }
}
