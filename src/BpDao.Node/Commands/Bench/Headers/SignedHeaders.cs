using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Consensus.Por;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Db.Memory;
using BpDao.Specs;
using VotingBench = BpDao.Consensus.Por.Protocol.Bench;

namespace BpDao.Node.Commands.Bench.Headers;

/// <summary>A chain of headers as peers send them: encoded, with one certificate an epoch by a quorum of its bench.</summary>
internal sealed class SignedHeaders
{
    public const int EpochLength = 64;

    private static readonly EthereumEcdsa Ecdsa = new(Secp256k1.Default);

    private readonly List<Segment> _segments = [];
    private readonly PrivateKey[] _keys;
    private readonly IConsensusRules _rules;
    private readonly SigningDomain _domain;

    /// <param name="voters">Members of the bench, of one weight each.</param>
    public SignedHeaders(int epochs, int voters)
    {
        _keys = [.. Enumerable.Range(0, voters).Select(i => new PrivateKey(Keccak256.Hash([.. "bench voter"u8, (byte)i, (byte)(i >> 8)]).Bytes))];
        VotingBench bench = VotingBench.TryCreate(0, [.. _keys.Select((k, i) => new BenchMember((uint)i, k.Address, k.Address.Bytes.ToArray(), 1))], out VotingBench? made)
            ? made : throw new InvalidOperationException("The bench of the benchmark is unsound.");
        PorParameters parameters = new() { Bench = bench, PublishedProducers = [], PublishedAccounts = [] };
        Genesis = new BlockHeader { WithdrawalsRoot = Account.EmptyTrieRoot, RequestsHash = BlockHeader.EmptyRequestsHash };
        ChainSpec spec = new()
        {
            Name = "bench",
            ChainId = 1,
            NetworkId = 1,
            Forks = ForkSchedule.FromGenesis(Fork.Osaka),
            SealEngineType = "por",
            EngineParameters = parameters.ToJson(),
            Genesis = new GenesisSpec { Alloc = new Dictionary<Address, GenesisAccount>() },
            GenesisHash = Genesis.Hash,
        };
        _domain = SigningDomain.Of(spec.ChainId, Genesis.Hash);
        _rules = new PorPlugin(new Consensus.Por.PorOptions()).CreateRules(spec, new EngineRecords(new MemoryDb()));
        BlockHeader head = Genesis;
        for (uint epoch = 0; epoch < epochs; epoch++) head = Add(epoch, head);
    }

    public BlockHeader Genesis { get; }

    public int Count => _segments.Count * EpochLength;

    /// <summary>Decodes and proves all of them, as a light node does.</summary>
    /// <exception cref="InvalidOperationException">A segment is not valid: a bug.</exception>
    public void Verify()
    {
        ILightChain chain = _rules.Light!.Open(Genesis, BodyRoots.OfEncoded);
        foreach (Segment segment in _segments)
        {
            List<BlockHeader> headers = new(EpochLength);
            RlpReader reader = new(segment.Headers);
            while (!reader.AtEnd)
            {
                if (!HeaderCodec.TryRead(ref reader, out BlockHeader? header)) throw new InvalidOperationException("A header is unreadable.");
                headers.Add(header!);
            }

            BlockVerdict verdict = chain.Append(new EpochSegment(headers, segment.Opening, segment.Certificate));
            if (!verdict.IsValid) throw new InvalidOperationException(verdict.ToString());
        }
    }

    private BlockHeader Add(uint epoch, BlockHeader parent)
    {
        byte[] payload = new BlockPayload { Reveal = default }.Encode();
        byte[] receipt = ReceiptCodec.Encode(new Receipt { Type = TxType.Legacy, Success = true, CumulativeGasUsed = 900_000, Logs = [], Bloom = Bloom.Empty });
        Hash256 receiptsRoot = BodyRoots.OfEncoded([receipt]);
        RlpWriter headers = new(EpochLength * 700);
        for (int i = 0; i < EpochLength; i++)
        {
            parent = new BlockHeader
            {
                ParentHash = parent.Hash,
                Number = parent.Number + 1,
                Timestamp = parent.Timestamp + 1,
                GasLimit = 36_000_000,
                GasUsed = 900_000,
                ReceiptsRoot = receiptsRoot,
                StateRoot = parent.Hash,
                TransactionsRoot = parent.Hash,
                ExtraData = new PorExtraData(epoch, 0, 1, 0).Encode(),
                BaseFeePerGas = 1_000_000_000,
                WithdrawalsRoot = parent.Hash,
                BlobGasUsed = 0,
                ExcessBlobGas = 0,
                ParentBeaconBlockRoot = Keccak256.Hash(payload),
                RequestsHash = BlockHeader.EmptyRequestsHash,
            };
            HeaderCodec.Write(headers, parent);
        }

        EpochOpening? opening = epoch == 0 ? null : new EpochOpening(payload, [receipt]);
        _segments.Add(new Segment(headers.ToArray(), opening, Certify(epoch, parent)));
        return parent;
    }

    private byte[] Certify(uint epoch, BlockHeader header)
    {
        Hash256 digest = _domain.Vote(MessageKind.Vote2, epoch, header.Number, 0, header.Hash);
        int quorum = (_keys.Length * 2 / 3) + 1;
        byte[] signatures = [.. _keys.Take(quorum).SelectMany(k => CompactSignature.ToArray(Ecdsa.SignDigest(digest, k)))];
        return CertificateCodec.Encode(new Certificate(0, SlotBitmap.Of(Enumerable.Range(0, quorum).Select(i => (uint)i)), signatures));
    }

    private sealed record Segment(byte[] Headers, EpochOpening? Opening, byte[] Certificate);
}
